import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateDispatch1790000000001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('create table community (community_id text primary key, payload jsonb not null)');
    await runner.query(
      'create table site (site_id text primary key, community_id text not null, payload jsonb not null)',
    );
    await runner.query(
      'create table device (device_id text primary key, site_id text not null, payload jsonb not null)',
    );
    await runner.query(
      'create table forecast (site_id text primary key, issued_at timestamptz not null, payload jsonb not null)',
    );
    await runner.query(`
      create table reading (
        device_id text primary key,
        site_id text not null,
        measured_at timestamptz not null,
        points jsonb not null
      )`);
    await runner.query(`
      create table schedule (
        device_id text primary key,
        site_id text not null,
        revision int not null,
        first_interval_start timestamptz not null,
        slots jsonb not null,
        first_reason jsonb not null
      )`);
    await runner.query(`
      create table command (
        command_id uuid primary key,
        device_id text not null,
        issued_at timestamptz not null,
        expires_at timestamptz not null,
        revision int not null,
        interval_start timestamptz not null,
        setpoint_w int not null,
        reason_code text not null,
        stage text,
        progressed_at timestamptz
      )`);
    await runner.query('create index command_by_device on command (device_id, issued_at desc)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table command, schedule, reading, forecast, device, site, community');
  }
}
