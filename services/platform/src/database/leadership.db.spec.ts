import { Module, type INestApplication } from '@nestjs/common';
import { createServer, connect, type AddressInfo, type Server, type Socket } from 'node:net';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { AdvisoryLease } from './advisory-lease.link.ts';
import { MemoryBus } from '../bus/memory-bus.ts';
import { ScaledClock } from '../clock/clock.ts';
import { DatabaseModule, freshDatabase, Leadership, Transactions, type FreshDatabase, type Term } from '../database.ts';
import { createService, startService, type RunningService } from '../service/create-service.ts';
import { RealEffects } from '../service/effects.ts';
import { Logger } from '../service/logger.ts';

const PACE = { idleMs: 500, pingMs: 100 };

class LeaderTables1790000000001 {
  up(runner: { query(sql: string): Promise<unknown> }): Promise<unknown> {
    return runner.query('create table done (work text not null)');
  }
  down(): Promise<void> {
    return Promise.resolve();
  }
}

@Module({
  imports: [DatabaseModule.forService({ schema: 'loops', entities: [], migrations: [LeaderTables1790000000001] })],
})
class LoopsModule {}

/** The way to the server, which can be stopped in both directions as if the process or its network stood still. */
class Way {
  readonly #sockets = new Set<Socket>();
  #isOpen = true;

  private constructor(
    private readonly server: Server,
    private readonly target: URL,
  ) {
    server.on('connection', (near) => this.#carry(near));
  }

  static async to(url: string): Promise<Way> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new Way(server, new URL(url));
  }

  get url(): string {
    const url = new URL(this.target);
    url.host = `127.0.0.1:${(this.server.address() as AddressInfo).port}`;
    return url.href;
  }

  freeze(): void {
    for (const socket of this.#sockets) socket.pause();
  }

  thaw(): void {
    for (const socket of this.#sockets) socket.resume();
  }

  /** As if the server were not there. */
  break(): void {
    this.#isOpen = false;
    for (const socket of this.#sockets) socket.destroy();
  }

  mend(): void {
    this.#isOpen = true;
  }

  close(): void {
    this.server.close();
    this.break();
  }

  #carry(near: Socket): void {
    if (!this.#isOpen) return void near.destroy();
    const far = connect({ host: this.target.hostname, port: Number(this.target.port) });
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      this.#sockets.add(one);
      one.on('data', (bytes) => other.write(bytes));
      one.on('error', () => undefined);
      one.on('close', () => {
        this.#sockets.delete(one);
        other.destroy();
      });
    }
  }
}

describe('a lease', () => {
  let database: FreshDatabase;
  let way: Way;
  let lines: string[];
  let leases: AdvisoryLease[];

  beforeAll(async () => {
    database = await freshDatabase(process.env['WATTMESH_TEST_DATABASE'], 'platform_lease');
  });
  afterAll(() => database.drop());
  beforeEach(async () => {
    way = await Way.to(database.url);
    [lines, leases] = [[], []];
  });
  afterEach(() => {
    for (const lease of leases) lease.cut();
    way.close();
  });

  function leaseAt(url: string): AdvisoryLease {
    const logger = new Logger({ service: 'spec', level: 'info', lines: { write: (line) => void lines.push(line) } });
    const lease = new AdvisoryLease({ url, name: 'spec', logger, pace: PACE, onGained: () => undefined });
    leases.push(lease);
    return lease;
  }

  it('leaves a holder that stands still to the next one, and tells the holder so when it goes on', async () => {
    const paused = leaseAt(way.url);
    await paused.start();
    const next = leaseAt(database.url);
    const starting = next.start();
    expect(await paused.confirm()).toBe(true);
    await expect.poll(() => next.isStandby, { interval: 5 }).toBe(true);
    way.freeze();
    await expect.poll(() => next.isHeld, { timeout: 5000, interval: 5 }).toBe(true);
    const late = paused.confirm();
    way.thaw();
    expect(await late).toBe(false);
    expect(await next.confirm()).toBe(true);
    await starting;
  });

  it('stays with a holder that is idle for long but alive', async () => {
    const holder = leaseAt(database.url);
    await holder.start();
    const held = holder.query<{ pid: number }>('select pg_backend_pid() as pid');
    await new Promise((resolve) => setTimeout(resolve, 2 * PACE.idleMs));
    expect(await holder.query('select pg_backend_pid() as pid')).toEqual(await held);
  });

  it('is gained again at once by a holder whose connection the server ended, where nobody else asks', async () => {
    const holder = leaseAt(database.url);
    await holder.start();
    const [row] = await holder.query<{ pid: number }>('select pg_backend_pid() as pid');
    const admin = new pg.Client({ connectionString: database.url });
    await admin.connect();
    await admin.query('select pg_terminate_backend($1, 5000)', [row?.pid]);
    await admin.end();
    expect(await holder.confirm()).toBe(true);
  });

  it('outlives an outage of the database, which it reports once', async () => {
    const holder = leaseAt(way.url);
    await holder.start();
    way.break();
    expect(await holder.confirm()).toBe(false);
    expect(await holder.confirm()).toBe(false);
    expect(await holder.confirm()).toBe(false);
    way.mend();
    await expect.poll(() => holder.isHeld, { interval: 5 }).toBe(true);
    expect(lines.map((line) => (JSON.parse(line) as { msg: string }).msg)).toEqual([
      'the lease was lost: asking for it again',
      'the database is away: trying again',
      'the database answers again',
    ]);
  });
});

describe('two instances of a service', () => {
  let database: FreshDatabase;
  let client: pg.Client;
  let clock: ScaledClock;
  let running: { app: INestApplication; service: RunningService; gained: number }[];

  beforeAll(async () => {
    database = await freshDatabase(process.env['WATTMESH_TEST_DATABASE'], 'platform_leadership');
    client = new pg.Client({ connectionString: database.url });
    await client.connect();
  });
  afterAll(async () => {
    await client.end();
    await database.drop();
  });
  beforeEach(async () => {
    await client.query('drop schema if exists loops cascade');
    clock = new ScaledClock({ wallMs: 0, simMs: 0, speed: 1 });
    running = await Promise.all([started(), started()]);
  });
  afterEach(async () => {
    await Promise.all(running.map(({ service }) => service.stop()));
    clock.stop();
  });

  async function started(): Promise<(typeof running)[number]> {
    const effects = new RealEffects();
    const runtime = { name: 'loops', bus: new MemoryBus(), clock, effects, env: { LOG_LEVEL: 'silent' } };
    const app = await createService(LoopsModule, { ...runtime, databaseUrl: database.url });
    const instance = { app, gained: 0, service: undefined as unknown as RunningService };
    app.get(Leadership).onGained(() => (instance.gained += 1));
    instance.service = await startService(app);
    return instance;
  }

  const leader = (): (typeof running)[number] => running.find(({ app }) => app.get(Leadership).isLeading)!;
  const standby = (): (typeof running)[number] => running.find(({ app }) => !app.get(Leadership).isLeading)!;

  async function work(instance: { app: INestApplication }, name: string): Promise<void> {
    await instance.app.get(Leadership).ifLeading((term) => note(instance, { term, name }));
  }
  function note({ app }: { app: INestApplication }, { term, name }: { term: Term; name: string }): Promise<void> {
    return app.get(Transactions).run(async (tx) => {
      await term.fence(tx);
      await tx.query('insert into done values ($1)', [name]);
    });
  }
  async function done(): Promise<string[]> {
    return (await client.query<{ work: string }>('select work from loops.done order by work')).rows.map(
      (row) => row.work,
    );
  }

  it('start side by side on an empty database, and one of them leads', async () => {
    expect(running.filter(({ app }) => app.get(Leadership).isLeading)).toEqual([leader()]);
    expect([leader().gained, standby().gained]).toEqual([1, 0]);
    await Promise.all(running.map((instance) => work(instance, 'once')));
    expect(await done()).toEqual(['once']);
  });

  it('hand over when the leader is killed, and the new one is told to take over', async () => {
    const next = standby();
    await leader().service.kill();
    await expect.poll(() => next.gained, { timeout: 5000, interval: 5 }).toBe(1);
    await work(next, 'by the next');
    expect(await done()).toEqual(['by the next']);
  });

  it('keep nothing of what a leader of yesterday still commits', async () => {
    const old = leader();
    const next = standby();
    let isReplaced: () => void = () => undefined;
    const replaced = new Promise<void>((resolve) => (isReplaced = resolve));
    let hasBegun = false;
    const late = old.app.get(Leadership).ifLeading(async (term) => {
      hasBegun = true;
      await replaced;
      await note(old, { term, name: 'stale' });
    });
    await expect.poll(() => hasBegun, { interval: 5 }).toBe(true);
    const pids = `select pid from pg_locks where locktype = 'advisory' and granted and database = (select oid from pg_database where datname = current_database())`;
    await client.query(`select pg_terminate_backend(pid) from (${pids}) as holder`);
    // Whichever is first: both terms are new ones.
    await expect.poll(() => old.gained + next.gained, { timeout: 5000, interval: 5 }).toBe(2);
    isReplaced();
    await late;
    expect(await done()).toEqual([]);
  });

  it('begin a new term only when the fenced transactions of the old one have ended', async () => {
    const old = leader();
    const next = standby();
    let mayCommit: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (mayCommit = resolve));
    let isFenced = false;
    const working = old.app.get(Leadership).ifLeading((term) =>
      old.app.get(Transactions).run(async (tx) => {
        await term.fence(tx);
        isFenced = true;
        await held;
        await tx.query(`insert into done values ('in time')`);
      }),
    );
    await expect.poll(() => isFenced, { interval: 5 }).toBe(true);
    await old.app.get(Leadership).stop();
    const waiting = `select 1 from pg_stat_activity where wait_event_type = 'Lock' and query like 'update loops.leadership%'`;
    await expect.poll(async () => (await client.query(waiting)).rowCount, { timeout: 5000, interval: 5 }).toBe(1);
    expect(next.gained).toBe(0);
    mayCommit();
    await working;
    await expect.poll(() => next.gained, { timeout: 5000, interval: 5 }).toBe(1);
    expect(await done()).toEqual(['in time']);
  });
});
