import pg from 'pg';

/** A database made for one spec. */
export interface FreshDatabase {
  url: string;
  drop(): Promise<void>;
}

/**
 * Makes an empty database beside the one of the URL, under a name of its own. Specs take the server from the variable
 * WATTMESH_TEST_DATABASE.
 */
export async function freshDatabase(serverUrl: string | undefined, name: string): Promise<FreshDatabase> {
  if (serverUrl === undefined) throw new TypeError('set WATTMESH_TEST_DATABASE to the URL of a Postgres server');
  if (!/^[a-z][a-z0-9_]*$/.test(name)) throw new TypeError(`database "${name}" is not a lower-case name`);
  const database = `${name}_${process.pid}`;
  await administer(serverUrl, `drop database if exists ${database} with (force)`, `create database ${database}`);
  const url = new URL(serverUrl);
  url.pathname = `/${database}`;
  return { url: url.href, drop: () => administer(serverUrl, `drop database if exists ${database} with (force)`) };
}

async function administer(serverUrl: string, ...statements: string[]): Promise<void> {
  const client = new pg.Client({ connectionString: serverUrl });
  await client.connect();
  try {
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end();
  }
}
