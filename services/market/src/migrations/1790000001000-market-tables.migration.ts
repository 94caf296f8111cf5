import type { MigrationInterface, QueryRunner } from 'typeorm';

export class MarketTables1790000001000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table community (
        community_id text primary key, config jsonb not null, next_interval_start timestamptz not null)`);
    await runner.query(`
      create table member (member_id text primary key, community_id text not null, registered jsonb not null)`);
    await runner.query(`
      create table meter (meter_id text primary key, community_id text not null, enrolled jsonb not null)`);
    await runner.query(`create index meter_community on meter (community_id)`);
    await runner.query(`
      create table mandate (
        mandate_hash text primary key, community_id text not null, member_id text not null, nonce bigint not null,
        valid_from timestamptz not null, signed jsonb not null, unique (community_id, member_id, nonce))`);
    await runner.query(`
      create table standing_order (
        order_id uuid primary key, number bigint generated always as identity, community_id text not null,
        valid_from timestamptz not null, placed jsonb not null)`);
    await runner.query(`create index standing_order_community on standing_order (community_id)`);
    await runner.query(`
      create table metering (
        meter_id text not null, interval_start timestamptz not null, run_number integer not null, is_usable boolean not null,
        hash text not null, metered jsonb not null, primary key (meter_id, interval_start, run_number))`);
    await runner.query(`
      create table waiting_metering (
        meter_id text not null, interval_start timestamptz not null, run_number integer not null, hash text not null,
        metered jsonb not null, primary key (meter_id, interval_start, run_number, hash))`);
    await runner.query(`create index metering_interval on metering (interval_start)`);
    await runner.query(`
      create table clearing (
        community_id text not null, interval_start timestamptz not null, run_number integer not null, terms jsonb not null,
        cleared jsonb not null, primary key (community_id, interval_start, run_number))`);
    await runner.query(`
      create table correction_due (
        community_id text not null, interval_start timestamptz not null, since timestamptz not null,
        primary key (community_id, interval_start))`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      'drop table correction_due, clearing, waiting_metering, metering, standing_order, mandate, meter, member, community',
    );
  }
}
