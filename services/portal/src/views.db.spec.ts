import { CommandIssued, CommandProgressed, DeviceStatusChanged, IntervalCleared, ReadingTaken } from '@wattmesh/events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { aClearing, aLane, aReading, at, SIGNATURE } from './testing/a-lane.ts';
import { PortalBench } from './testing/portal-bench.ts';
import * as views from './view/views.ts';

const COMMAND = '0190a1b2-0000-7000-8000-00000000000a';
const LANE = '/api/v1/communities/lane';

let bench: PortalBench;
beforeAll(async () => {
  bench = await PortalBench.open(process.env['WATTMESH_TEST_DATABASE'], 'portal_views');
  await bench.start({ PORTAL_CHAIN_RPC: 'http://127.0.0.1:8545', PORTAL_IS_SIMULATED: 'true' });
  await bench.register(aLane());
});
afterAll(() => bench.close());

describe('the views', () => {
  it('show a registered community at its own time', async () => {
    const [lane] = await bench.view(z.array(views.CommunityView), '/api/v1/communities');
    expect(lane).toMatchObject({
      communityId: 'lane',
      isSimulated: true,
      asOf: at(0),
      speed: 60,
      chain: { rpcUrl: 'http://127.0.0.1:8545' },
      members: expect.arrayContaining([{ memberId: 'home-1', name: 'home-1', role: 'prosumer', siteIds: ['home-1'] }]),
    });
    expect(lane!.sites.map(({ siteId }) => siteId)).toEqual(['home-1', 'home-2', 'home-3']);
    const limits = await bench.view(z.array(views.LimitView), `${LANE}/limits`);
    expect(limits.map(({ scope, id, importLimitW }) => `${scope} ${id} ${importLimitW}`)).toEqual([
      'feeder feeder 10000',
      ...['home-1', 'home-2', 'home-3'].map((siteId) => `site ${siteId} 500`),
    ]);
  });

  it('show what flows now, the newest reading of each device and nothing that is old', async () => {
    const minute = (minutes: number): string => new Date(Date.parse(at(0)) - minutes * 60_000).toISOString();
    await bench.publish(
      ReadingTaken,
      aReading('home-1-revenue', { powerW: 100 }, minute(1)),
      aReading('home-1-revenue', { powerW: 300 }, minute(2)),
      aReading('home-1-load', { powerW: 900 }, minute(1)),
      aReading('home-1-generation', { powerW: -1000 }, minute(1)),
      aReading('home-1-storage', { powerW: 200, socPct: 55, setpointW: 250 }, minute(1)),
      aReading('home-2-revenue', { powerW: 700 }, minute(16)),
      aReading('head-meter', { powerW: 104 }, minute(1)),
    );
    await bench.publish(ReadingTaken, aReading('home-1-load', { powerW: 1 }, minute(3)));
    const now = await bench.view(views.NowView, `${LANE}/now`);
    expect(now.feeder).toMatchObject({ powerW: 104, quality: 'measured', limitImportW: 10_000 });
    expect(now.sites[0]).toMatchObject({
      powerW: 100,
      loadW: 900,
      generationW: -1000,
      storageW: 200,
      status: 'unknown',
    });
    expect(now.sites[1]).toEqual(expect.objectContaining({ quality: 'missing', measuredAt: minute(16) }));
    expect(now.sites[1]).not.toHaveProperty('powerW');
    expect(now.totals).toEqual({ loadW: 900, generationW: -1000, storageW: 200, netW: 100, missingSites: 2 });
    expect(now.batteries[0]).toMatchObject({ socPct: 55, setpointW: 250, reservePct: 10, authority: 'owner' });
  });

  it('follow a command from its issue to its effect, whichever is heard of first', async () => {
    const command = { commandId: COMMAND, deviceId: 'home-1-storage', siteId: 'home-1' };
    await bench.publish(CommandProgressed, { ...command, stage: 'accepted', at: at(1) });
    await bench.publish(CommandIssued, {
      ...command,
      issuedAt: at(1),
      expiresAt: at(2),
      setpointW: 500,
      minW: 0,
      maxW: 900,
      signature: SIGNATURE,
      reason: { code: 'self-consumption', text: 'the sun is cheaper', nextBest: { setpointW: 0, extraCostMicro: 12 } },
    });
    await bench.publish(CommandProgressed, { ...command, stage: 'applied', at: at(1), setpointW: 500 });
    const [shown] = await bench.view(z.array(views.CommandView), `${LANE}/commands?limit=1`);
    expect(shown).toMatchObject({ stage: 'applied', setpointW: 500, reason: { nextBest: { extraCostMicro: 12 } } });
    expect(shown!.stages.map(({ stage }) => stage)).toEqual(['accepted', 'applied']);
  });

  it('raise an alarm for each thing that asks for an act, and end it', async () => {
    const device = { deviceId: 'home-1-storage', siteId: 'home-1' };
    await bench.publish(
      DeviceStatusChanged,
      { ...device, status: 'offline', cause: 'timeout', at: at(1) },
      { ...device, status: 'fault', cause: 'over temperature', at: at(2) },
    );
    const alarms = () => bench.view(z.array(views.AlarmView), `${LANE}/alarms`);
    expect((await alarms()).map(({ kind, priority, isActive }) => `${kind} ${priority} ${isActive}`)).toEqual([
      'device-fault high true',
      'device-offline medium false',
    ]);
    await bench.publish(DeviceStatusChanged, { ...device, status: 'online', cause: '', at: at(3) });
    expect((await alarms()).every(({ isActive, clearedAt }) => !isActive && clearedAt !== undefined)).toBe(true);
    const cleared = aClearing(20, 'preliminary', { 'home-1': -900, 'home-2': 500 });
    const suspicious = { ...cleared, suspectMeterId: 'home-2-revenue' };
    const { inputs } = cleared;
    suspicious.inputs = { ...inputs, meterings: inputs.meterings.map((each) => ({ ...each, isSubstituted: true })) };
    await bench.publish(IntervalCleared, suspicious);
    const active = (await alarms()).filter(({ isActive }) => isActive);
    expect(active.map(({ kind, objectId }) => `${kind} ${objectId}`)).toEqual([
      'meter-suspect home-2-revenue',
      'meter-substituted home-1-revenue',
      'meter-substituted home-2-revenue',
    ]);
    await bench.publish(IntervalCleared, { ...cleared, run: 'final' });
    expect((await alarms()).filter(({ isActive }) => isActive)).toEqual([]);
  });

  it('answer what is unknown with 404, what is asked wrongly with 400, always as a problem with a code', async () => {
    const cases = [
      ['/api/v1/communities/none/now', 404, 'PORTAL_COMMUNITY_UNKNOWN'],
      [`${LANE}/timeline?siteId=none&from=${at(0)}&to=${at(1)}`, 404, 'PORTAL_SITE_UNKNOWN'],
      [`${LANE}/timeline?from=${at(0)}`, 400, 'HTTP_BAD_REQUEST'],
      [`${LANE}/timeline?from=${at(1)}&to=${at(0)}`, 400, 'PORTAL_RANGE_EMPTY'],
      [`${LANE}/timeline?from=2025-01-01T00:00:00Z&to=2026-01-01T00:00:00Z`, 400, 'PORTAL_RANGE_TOO_LONG'],
      [`${LANE}/clearings/${at(95)}/trades`, 404, 'PORTAL_CLEARING_UNKNOWN'],
      [`${LANE}/clearings/noon/trades`, 400, 'HTTP_BAD_REQUEST'],
      [`${LANE}/commands?limit=0`, 400, 'HTTP_BAD_REQUEST'],
      ['/api/v1/members/nobody', 404, 'PORTAL_MEMBER_UNKNOWN'],
      ['/api/v1/members/home-1/earnings?date=tomorrow', 400, 'HTTP_BAD_REQUEST'],
      [`/api/v1/members/home-1/proofs/${at(40)}/preliminary`, 503, 'PORTAL_SETTLEMENT_AWAY'],
      ['/api/v1/stream?communityId=none', 404, 'PORTAL_COMMUNITY_UNKNOWN'],
      ['/api/v1/nothing', 404, 'HTTP_NOT_FOUND'],
    ] as const;
    for (const [path, status, code] of cases) {
      const answer = await fetch(`${bench.service.url}${path}`);
      expect(answer.headers.get('content-type'), path).toContain('application/problem+json');
      expect(views.Problem.parse(await answer.json()), path).toMatchObject({ status, code });
    }
  });

  it('are described by OpenAPI: every route, with the schema it is held to', async () => {
    const { body } = await bench.get('/api/docs-json');
    const document = body as {
      openapi: string;
      paths: Record<string, unknown>;
      components: { schemas: Record<string, unknown> };
    };
    expect(document.openapi).toBe('3.1.0');
    for (const path of [
      'now',
      'timeline',
      'commands',
      'limits',
      'clearings',
      'batches',
      'quality',
      'alarms',
      'services',
    ])
      expect(document.paths).toHaveProperty([`/api/v1/communities/{communityId}/${path}`]);
    for (const name of ['NowView', 'TimelineView', 'StatementView', 'EarningsView', 'AlarmView', 'ProofView'])
      expect(document.components.schemas).toHaveProperty([name]);
    expect(JSON.stringify(document.paths)).toContain('#/components/schemas/NowView');
    const page = await fetch(`${bench.service.url}/api/docs`);
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
  });

  it('show the services that the portal was told of, and itself', async () => {
    const own = await bench.view(z.array(views.ServiceView), `${LANE}/services`);
    expect(own).toMatchObject([
      { name: 'portal', isReady: true, isLive: true, outboxOldestAgeS: expect.any(Number) as number },
    ]);
    const first = bench.service;
    const other = await bench.start({ PORTAL_SERVICES: `portal-2=${first.url},market=http://127.0.0.1:1` });
    const both = await bench.view(z.array(views.ServiceView), `${LANE}/services`);
    expect(both.map(({ name, isReady, isLive }) => [name, isReady, isLive])).toEqual([
      ['portal', true, true],
      ['portal-2', true, true],
      ['market', false, false],
    ]);
    await bench.kill(other);
    bench.service = first;
  });
});
