import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './src/local/ports.ts';
import { startPostgres } from './src/local/postgres.ts';

/** Vitest's global set-up: one embedded PostgreSQL for the whole run, its URL in WATTMESH_TEST_DATABASE. */
export async function setup(): Promise<() => Promise<void>> {
  const folder = mkdtempSync(join(tmpdir(), 'wattmesh-test-'));
  const server = await startPostgres({ folder, port: await freePort(), isDurable: false });
  process.env['WATTMESH_TEST_DATABASE'] = server.url;
  process.env['WATTMESH_DATA'] ??= join(import.meta.dirname, '..', '..', 'shared', 'data');
  return async () => {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  };
}
