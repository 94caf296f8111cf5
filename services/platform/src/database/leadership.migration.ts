import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The term of whoever leads a service: one row, counted up by each new leader. */
export class Leadership1790000000010 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('create table leadership (term bigint not null)');
    await runner.query('insert into leadership values (0)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table leadership');
  }
}
