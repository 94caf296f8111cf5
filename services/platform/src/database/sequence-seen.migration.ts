import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * How far each consumer has come in each key, and how often its numbers broke. `previous` is what `last` was before the batch
 * that set it: one statement moves the number on and says from where.
 */
export class SequenceSeen1790000000001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table sequence_seen (
        consumer text not null,
        topic text not null,
        key text not null,
        last bigint not null,
        previous bigint,
        gaps bigint not null default 0,
        disorders bigint not null default 0,
        last_gap text,
        primary key (consumer, topic, key)
      ) with (fillfactor = 50)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table sequence_seen');
  }
}
