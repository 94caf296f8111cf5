import { EVENTS } from '@wattmesh/events';
import {
  createService,
  MemoryArchive,
  MemoryBus,
  RealEffects,
  startService,
  StepClock,
  type RunningService,
} from '@wattmesh/platform';
import { freshDatabase, type FreshDatabase } from '@wattmesh/platform/database';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { AppModule } from '../app.module.ts';
import { aDocument, publicKeyOf } from '../testing/a-document.ts';
import type { RegistryDocument } from './registry.schema.ts';

const START = Date.parse('2017-07-10T16:00:00Z');
const TOKEN = 'the token of the operator';

describe('the registry', () => {
  let database: FreshDatabase;
  let clock: StepClock;
  let archive: MemoryArchive;
  let bus: MemoryBus;
  let service: RunningService;

  beforeAll(async () => {
    database = await freshDatabase(process.env['WATTMESH_TEST_DATABASE'], 'portal');
  });
  afterAll(() => database.drop());
  beforeEach(async () => {
    clock = new StepClock({ simMs: START, speed: 1 });
    archive = new MemoryArchive();
    bus = new MemoryBus({ clock, archive });
    await bus.start();
    await start();
  });
  afterEach(async () => {
    await service.stop();
    await bus.stop();
    clock.stop();
  });

  async function startOne(env: Record<string, string> = { PORTAL_REGISTRATION_TOKEN: TOKEN }): Promise<RunningService> {
    const databaseUrl = database.url;
    const runtime = { name: 'portal', bus, clock, effects: new RealEffects(), databaseUrl };
    return startService(await createService(AppModule, { ...runtime, env: { LOG_LEVEL: 'silent', ...env } }));
  }

  async function start(env?: Record<string, string>): Promise<void> {
    service = await startOne(env);
  }

  async function send(
    document: unknown,
    to: { url: string; token?: string },
  ): Promise<{ status: number; [field: string]: unknown }> {
    const answer = await fetch(`${to.url}/api/v1/communities`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: to.token ?? `Bearer ${TOKEN}` },
      body: JSON.stringify(document),
    });
    return { status: answer.status, ...((await answer.json()) as object) };
  }

  async function register(document: unknown, token = `Bearer ${TOKEN}`): Promise<Record<string, unknown>> {
    const answer = await send(document, { url: service.url, token });
    await clock.runUntil(clock.now());
    return answer;
  }

  /** A document of its own for each test: what is registered stays. */
  const of = (communityId: string): RegistryDocument => {
    const { community, members, sites, meters } = aDocument();
    const own = <T extends { communityId: string }>(rows: T[]): T[] => rows.map((row) => ({ ...row, communityId }));
    return aDocument({
      community: { ...community, communityId },
      members: own(members),
      sites: own(sites),
      meters: own(meters),
    });
  };
  const published = (): string[] => archive.records.map(({ topic, key }) => `${topic} ${key}`);

  it('is reached from an index that names every path it answers', async () => {
    const index = (await (await fetch(`${service.url}/`, { headers: { accept: 'application/json' } })).json()) as {
      paths: Record<string, string>;
    };
    for (const path of Object.keys(index.paths)) {
      const answer = await fetch(`${service.url}${path.replace('{communityId}', 'nowhere')}`);
      expect([200, 404], path).toContain(answer.status);
      if (answer.status === 404) expect(await answer.text(), path).toContain('nowhere');
    }
  });

  it('takes a community once and tells everybody: the same document again changes nothing', async () => {
    const first = await register(of('once'));
    expect(first).toMatchObject({ status: 200, communityId: 'once', wasKnown: false });
    expect(published().sort()).toEqual([
      'portal.community-configured.v1 once',
      'portal.device-registered.v1 head-meter',
      'portal.device-registered.v1 home-meter',
      'portal.member-registered.v1 home',
      'portal.member-registered.v1 residual',
      'portal.member-registered.v1 supplier',
      'portal.meter-enrolled.v1 head-meter',
      'portal.meter-enrolled.v1 home-meter',
      'portal.site-configured.v1 head',
      'portal.site-configured.v1 home',
    ]);
    for (const { topic, value } of archive.records) {
      expect(EVENTS.get(topic)?.schema.safeParse(JSON.parse(value)).success, topic).toBe(true);
    }
    expect(await register(of('once'))).toEqual({ ...first, wasKnown: true });
    await service.kill();
    await start();
    expect(await register(of('once'))).toEqual({ ...first, wasKnown: true });
    expect(archive.records).toHaveLength(10);
    const answer = await fetch(`${service.url}/api/v1/communities/once`);
    expect(await answer.json()).toEqual(of('once'));
  });

  it('refuses another document under a known id', async () => {
    await register(of('changed'));
    const other = of('changed');
    const refused = await register({ ...other, community: { ...other.community, name: 'Another' } });
    expect(refused).toMatchObject({ status: 409, code: 'PORTAL_COMMUNITY_REGISTERED_OTHERWISE' });
    expect(archive.records).toHaveLength(10);
  });

  it('takes a community once whose documents come to two instances at the same moment', async () => {
    const other = await startOne();
    const answers: unknown[] = [];
    for (let round = 0; round < 10; round += 1) {
      const document = of(`twin-${round}`);
      const rival = { ...document, community: { ...document.community, name: 'Another' } };
      const both = [send(document, service), send(round % 2 === 0 ? document : rival, other)];
      answers.push((await Promise.all(both)).map(({ status, wasKnown }) => `${status} ${String(wasKnown)}`).sort());
    }
    const same = ['200 false', '200 true'];
    const different = ['200 false', '409 undefined'];
    expect(answers).toEqual(Array.from({ length: 10 }, (_, round) => (round % 2 === 0 ? same : different)));
    const relayed = async (): Promise<number> => {
      await clock.runUntil(clock.now());
      return archive.records.length;
    };
    await expect.poll(relayed, { timeout: 5000, interval: 5 }).toBe(100);
    await other.stop();
  });

  it('hears nobody but the operator, and nobody at all where it has no token', async () => {
    for (const token of ['', TOKEN, 'Bearer another token of his', `Bearer ${TOKEN} `.repeat(2)]) {
      expect(await register(of('foreign'), token)).toMatchObject({
        status: 403,
        code: 'PORTAL_REGISTRATION_NOT_ALLOWED',
      });
    }
    await service.stop();
    await start({});
    expect(await register(of('foreign'))).toMatchObject({ status: 403 });
    expect((await fetch(`${service.url}/api/v1/communities/foreign`)).status).toBe(404);
    expect(archive.records).toEqual([]);
  });

  it('names every contradiction and registers nothing of such a document', async () => {
    const { meters, members, ...rest } = of('torn');
    const key = publicKeyOf('1');
    const refused = await register({
      ...rest,
      members: members.slice(1),
      meters: meters.map((meter) => ({ ...meter, publicKey: key })),
    });
    expect(refused).toMatchObject({ status: 422, code: 'PORTAL_REGISTRY_CONTRADICTORY' });
    expect(refused['detail']).toMatch(/speaks for two meters.*unknown member home/);
    expect(await register({ community: { communityId: 'torn' } })).toMatchObject({ status: 400 });
    expect(archive.records).toEqual([]);
  });

  it('takes a community of a thousand homes', async () => {
    const large = of('large');
    const [home, ...others] = large.sites;
    const homes = Array.from({ length: 1000 }, (_, n) => ({
      ...home!,
      siteId: `home-${n}`,
      importLimitW: 9,
      exportLimitW: 5,
    }));
    const document = { ...large, sites: [home!, ...others, ...homes] };
    const { feeder } = large.community;
    document.community = { ...large.community, feeder: { ...feeder, limitImportW: 1e6, limitExportW: 1e6 } };
    expect(await register(document)).toMatchObject({ status: 200 });
    expect(archive.records).toHaveLength(1010);
  });
});
