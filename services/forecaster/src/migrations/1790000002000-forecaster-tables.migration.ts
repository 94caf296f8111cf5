import type { MigrationInterface, QueryRunner } from 'typeorm';

export class ForecasterTables1790000002000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table site (
        site_id text primary key,
        time_zone text not null,
        latitude_deg double precision not null,
        longitude_deg double precision not null
      )`);
    await runner.query(`
      create table device (
        device_id text primary key,
        site_id text not null,
        meter_role text not null
      )`);
    await runner.query(`
      create table metering (
        meter_id text not null,
        interval_start timestamptz not null,
        site_id text not null,
        meter_role text not null,
        energy_wh double precision not null,
        run_number integer not null,
        primary key (meter_id, interval_start)
      )`);
    await runner.query(`create index metering_by_time on metering (interval_start)`);
    await runner.query(`
      create table model (
        version text primary key,
        lineage_key text not null,
        lineage jsonb not null,
        is_promoted boolean not null,
        reports jsonb not null,
        structure jsonb not null,
        weights bytea not null,
        trained_at timestamptz not null
      )`);
    await runner.query(`create index model_by_lineage on model (lineage_key, trained_at)`);
    await runner.query(`
      create table issue (
        site_id text primary key,
        first_interval_start timestamptz not null,
        model_version text not null
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table issue, model, metering, device, site');
  }
}
