import { describe, expect, it } from 'vitest';
import { Client } from 'pg';
import { createServer } from 'node:net';
import { assertPortFree } from './ports.ts';
import { LaunchError } from './launch-error.ts';

describe('local PostgreSQL', () => {
  it('answers queries at the URL the test run was given', async () => {
    const client = new Client({ connectionString: process.env['WATTMESH_TEST_DATABASE'] });
    await client.connect();
    const answer = await client.query('select 6 * 7 as product');
    await client.end();
    expect(answer.rows).toEqual([{ product: 42 }]);
  });

  it('names a taken port and what to do about it', async () => {
    const holder = createServer();
    const port = await new Promise<number>((resolve) =>
      holder.listen(0, '127.0.0.1', () => resolve((holder.address() as { port: number }).port)),
    );
    await expect(assertPortFree(port, 'PostgreSQL', '--database URL')).rejects.toBeInstanceOf(LaunchError);
    await new Promise((resolve) => holder.close(resolve));
  });
});
