import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What the views read: one table a noun, rows of intervals in partitions by month. */
const TABLES = [
  // A fixed row a device: room in its page keeps updates in place.
  `create table device_state (
    device_id text primary key, site_id text not null, measured_at timestamptz not null, quality text not null,
    points jsonb not null) with (fillfactor = 50)`,
  `create table device_status (
    device_id text primary key, site_id text not null, status text not null, cause text not null, at timestamptz not null)`,
  `create table battery_soc (
    device_id text not null, interval_start timestamptz not null, soc_pct double precision not null,
    measured_at timestamptz not null, primary key (interval_start, device_id)) with (fillfactor = 70)`,
  `create table meter_interval (
    meter_id text not null, interval_start timestamptz not null, site_id text not null, role text not null,
    run_number integer not null, import_wh bigint not null, export_wh bigint not null, quality_rank smallint not null,
    attestation text not null, primary key (meter_id, interval_start)) partition by range (interval_start)`,
  `create index meter_interval_site on meter_interval (site_id, interval_start)`,
  `create table site_interval (
    site_id text not null, interval_start timestamptz not null, load_wh bigint, generation_wh bigint, charged_wh bigint,
    discharged_wh bigint, charging_wh bigint, import_wh bigint, export_wh bigint, quality_rank smallint not null,
    primary key (site_id, interval_start))`,
  `create table community_interval (
    community_id text not null, interval_start timestamptz not null, load_wh bigint, generation_wh bigint, charged_wh bigint,
    discharged_wh bigint, charging_wh bigint, import_wh bigint, export_wh bigint, feeder_import_wh bigint,
    feeder_export_wh bigint, quality_rank smallint not null, primary key (community_id, interval_start))`,
  `create table forecast_newest (
    site_id text primary key, issued_at timestamptz not null, first_interval_start timestamptz not null,
    load_p10_wh double precision[] not null, load_p50_wh double precision[] not null, load_p90_wh double precision[] not null,
    generation_p10_wh double precision[], generation_p50_wh double precision[], generation_p90_wh double precision[],
    model jsonb not null)`,
  `create table forecast_interval (
    site_id text not null, interval_start timestamptz not null, issued_at timestamptz not null,
    load_p10_wh double precision not null, load_p50_wh double precision not null, load_p90_wh double precision not null,
    generation_p10_wh double precision, generation_p50_wh double precision, generation_p90_wh double precision,
    primary key (site_id, interval_start))`,
  `create table plan_newest (
    site_id text primary key, issued_at timestamptz not null, first_interval_start timestamptz not null,
    cost_micro bigint not null, binding jsonb not null, site_w double precision[] not null,
    storage_w double precision[], soc_pct double precision[])`,
  `create table plan_interval (
    site_id text not null, interval_start timestamptz not null, issued_at timestamptz not null,
    site_w double precision not null, storage_w double precision, soc_pct double precision,
    primary key (site_id, interval_start))`,
  `create table command (
    command_id text primary key, device_id text not null, site_id text not null, issued_at timestamptz not null,
    expires_at timestamptz not null, setpoint_w double precision not null, min_w double precision not null,
    max_w double precision not null, reason jsonb not null)`,
  `create index command_site on command (site_id, issued_at desc)`,
  `create table command_stage (
    command_id text not null, stage text not null, at timestamptz not null, detail jsonb not null,
    primary key (command_id, stage, at))`,
  `create table mandate (
    mandate_hash text primary key, member_id text not null, community_id text not null, nonce bigint not null,
    signed jsonb not null)`,
  `create index mandate_member on mandate (member_id, nonce desc)`,
  `create table clearing (
    community_id text not null, interval_start timestamptz not null, run_number integer not null, run text not null,
    closed_at timestamptz not null, price_micro_per_kwh bigint, retail_micro_per_kwh bigint not null,
    feed_in_micro_per_kwh bigint not null, shared_wh bigint not null, trade_count integer not null,
    residual_wh bigint not null, residual_bound_wh bigint not null, suspect_meter_id text, is_newest boolean not null,
    primary key (community_id, interval_start, run_number))`,
  `create index clearing_newest on clearing (community_id, interval_start) where is_newest`,
  `create table trade (
    community_id text not null, interval_start timestamptz not null, run_number integer not null, place integer not null,
    seller_member_id text not null, buyer_member_id text not null, energy_wh bigint not null,
    price_micro_per_kwh bigint not null, amount_micro bigint not null,
    primary key (community_id, interval_start, run_number, place))`,
  `create index trade_seller on trade (seller_member_id, interval_start)`,
  `create index trade_buyer on trade (buyer_member_id, interval_start)`,
  `create table account (
    member_id text not null, interval_start timestamptz not null, run_number integer not null, community_id text not null,
    import_wh bigint not null, export_wh bigint not null, bought_wh bigint not null, sold_wh bigint not null,
    residual_import_wh bigint not null, residual_export_wh bigint not null, trade_micro bigint not null,
    supply_micro bigint not null, primary key (member_id, interval_start, run_number, community_id))`,
  `create table booked_run (
    community_id text not null, interval_start timestamptz not null, run_number integer not null, run text not null,
    settled_at timestamptz not null, root text not null, primary key (community_id, interval_start, run_number))`,
  `create table ledger_row (
    member_id text not null, interval_start timestamptz not null, run_number integer not null, community_id text not null,
    run text not null, booked_at timestamptz not null, period_start timestamptz, trade_micro bigint not null,
    supply_micro bigint not null, receivable_micro bigint not null,
    primary key (member_id, interval_start, run_number, community_id))`,
  `create table complete_period (
    community_id text not null, period_start timestamptz not null, primary key (community_id, period_start))`,
  // Run number -1: an execution has none.
  `create table batch (
    community_id text not null, kind text not null, interval_start timestamptz not null, run_number integer not null,
    run text, interval_count integer not null, transaction_hash text not null, block_number bigint not null,
    gas_used bigint not null, confirmed_at timestamptz not null, finality text not null,
    primary key (community_id, kind, interval_start, run_number))`,
  `create index batch_newest on batch (community_id, confirmed_at desc)`,
  `create table alarm (
    alarm_id text primary key, kind text not null, object_id text not null, community_id text, site_id text, cause text not null,
    raised_at timestamptz not null, cleared_at timestamptz)`,
  `create unique index alarm_active on alarm (object_id, kind) where cleared_at is null`,
  `create index alarm_community on alarm (community_id, raised_at desc)`,
];

const NAMES = TABLES.flatMap((statement) => /^create table (\w+)/.exec(statement)?.[1] ?? []);

export class CreateViews1790000003000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of TABLES) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`drop table ${NAMES.join(', ')}`);
  }
}
