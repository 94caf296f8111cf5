import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Tables that every service with a database has in its schema: outbox, its sequences, inbox, parked keys. */
export class PlatformTables1790000000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table outbox (
        id bigint generated always as identity primary key,
        event_id text not null,
        topic text not null,
        key text not null,
        sequence bigint not null,
        headers jsonb not null,
        payload text not null,
        created_at timestamptz not null default now()
      )`);
    await runner.query(`
      create table outbox_sequence (
        topic text not null,
        key text not null,
        last bigint not null,
        primary key (topic, key)
      ) with (fillfactor = 50)`);
    await runner.query(`
      create table inbox (
        consumer text not null,
        event_id text not null,
        is_compacted boolean not null,
        received_at timestamptz not null default now(),
        primary key (consumer, event_id)
      )`);
    await runner.query(`create index inbox_received on inbox (received_at) where not is_compacted`);
    await runner.query(`
      create table parked_key (
        consumer text not null,
        topic text not null,
        key text not null,
        reason text not null,
        parked_at timestamptz not null default now(),
        primary key (consumer, topic, key)
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table parked_key, inbox, outbox_sequence, outbox');
  }
}
