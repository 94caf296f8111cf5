import type { MigrationInterface, QueryRunner } from 'typeorm';

export class SettlementTables1790000002000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`create table community (community_id text primary key, config jsonb not null)`);
    await runner.query(`
      create table mandate (
        mandate_hash text primary key, community_id text not null, member_id text not null, nonce bigint not null,
        signed jsonb not null)`);
    await runner.query(`
      create table booked_run (
        community_id text not null, interval_start timestamptz not null, run_number integer not null,
        number bigint generated always as identity, root text not null, data_hash text not null, cleared jsonb not null,
        commit_nonce bigint, primary key (community_id, interval_start, run_number))`);
    await runner.query(`
      create table waiting_run (
        community_id text not null, interval_start timestamptz not null, run_number integer not null,
        number bigint generated always as identity, cleared jsonb not null,
        primary key (community_id, interval_start, run_number))`);
    await runner.query(
      `create index booked_run_uncommitted on booked_run (community_id, number) where commit_nonce is null`,
    );
    await runner.query(`
      create table ledger_row (
        community_id text not null, interval_start timestamptz not null, run_number integer not null, member_id text not null,
        run text not null, period_start timestamptz not null, trade_micro bigint not null, supply_micro bigint not null,
        receivable_micro bigint not null, primary key (community_id, interval_start, run_number, member_id))`);
    await runner.query(`create index ledger_row_period on ledger_row (community_id, period_start)`);
    await runner.query(`create index ledger_row_member on ledger_row (member_id, interval_start)`);
    await runner.query(`
      create table period (
        community_id text not null, period_start timestamptz not null, interval_count integer not null, state text not null,
        seq bigint, lanes jsonb not null default '{}', carried_micro jsonb not null default '{}', packed text,
        open_gas bigint not null default 0, primary key (community_id, period_start))`);
    await runner.query(`
      create table chain_transaction (
        nonce bigint primary key, community_id text not null, purpose jsonb not null, to_address text not null,
        calldata text not null, chain_id bigint not null, gas_limit bigint not null, status text not null,
        is_announced boolean not null default false, block_hash text)`);
    await runner.query(`
      create table chain_attempt (
        hash text primary key, nonce bigint not null references chain_transaction, attempt_number integer not null, raw text not null,
        max_fee_wei bigint not null, priority_fee_wei bigint not null, signed_at timestamptz not null,
        unique (nonce, attempt_number))`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      'drop table chain_attempt, chain_transaction, period, ledger_row, waiting_run, booked_run, mandate, community',
    );
  }
}
