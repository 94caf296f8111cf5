import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { monthOf, type Month } from './month-of.ts';

/** Partitions of the meters' energies, one a month, made when the first interval of a month comes. */
@Injectable()
export class PartitionStore {
  async ensure(intervalStarts: readonly string[], tx: EntityManager): Promise<void> {
    const months = new Map(intervalStarts.map(monthOf).map((month) => [month.partition, month]));
    for (const month of await missing([...months.values()], tx)) await create(month, tx);
  }
}

async function missing(months: readonly Month[], tx: EntityManager): Promise<Month[]> {
  const rows: { name: string }[] = await tx.query(
    `select name from unnest($1::text[]) as name where to_regclass(name) is null`,
    [months.map(({ partition }) => partition)],
  );
  const names = new Set(rows.map(({ name }) => name));
  return months.filter(({ partition }) => names.has(partition));
}

/** Attached, not created as a partition: readers of the other months go on meanwhile. */
async function create(month: Month, tx: EntityManager): Promise<void> {
  const { partition, from, to } = month;
  await tx.query(`select pg_advisory_xact_lock(hashtextextended('portal partitions', 0))`);
  if ((await missing([month], tx)).length === 0) return;
  await tx.query(`create table ${partition} (like meter_interval including all)`);
  await tx.query(`alter table meter_interval attach partition ${partition} for values from ('${from}') to ('${to}')`);
}
