import pg from 'pg';
import { expect, it } from 'vitest';
import { EventLog, freshDatabase } from '../database.ts';

it('The event log tells how far the numbers of every key of every service have come.', async () => {
  const database = await freshDatabase(process.env['WATTMESH_TEST_DATABASE'], 'platform_numbers');
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  for (const [schema, last] of Object.entries({ one: 7, two: 9 })) {
    await client.query(`create schema ${schema}`);
    await client.query(`create table ${schema}.outbox_sequence (topic text, key text, last bigint)`);
    await client.query(`insert into ${schema}.outbox_sequence values ('topic', 'key', ${last})`);
  }
  const log = await EventLog.open(database.url);
  expect(await log.numbersTaken()).toEqual([
    { topic: 'topic', key: 'key', last: 7 },
    { topic: 'topic', key: 'key', last: 9 },
  ]);
  await log.close();
  await client.end();
  await database.drop();
});
