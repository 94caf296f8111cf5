import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreatePlanRequest1790000000011 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('create table plan_request (number bigint not null, requested_at timestamptz not null)');
    await runner.query(`insert into plan_request values (0, 'epoch')`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table plan_request');
  }
}
