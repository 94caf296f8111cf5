import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What a leader reads of what other instances have written: newer meterings, and how often the registry has changed. */
export class LeaderWork1790000002010 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter table metering add column written_in xid8 not null default pg_current_xact_id()');
    await runner.query('create index metering_by_writing on metering (written_in)');
    await runner.query('create table registry_change (number bigint not null, changed_at timestamptz not null)');
    await runner.query(`insert into registry_change values (0, 'epoch')`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table registry_change');
    await runner.query('alter table metering drop column written_in');
  }
}
