import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateRegistry1790000000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table registration (
        community_id text primary key,
        document_hash text not null,
        document jsonb not null,
        registered_at timestamptz not null
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table registration');
  }
}
