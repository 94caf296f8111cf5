import {
  CommunityConfigured,
  IntervalCleared,
  IntervalMetered,
  MemberRegistered,
  MeterEnrolled,
  type EventDefinition,
  type PayloadOf,
} from '@wattmesh/events';
import {
  CrashingEffects,
  createService,
  MemoryBus,
  RealEffects,
  startService,
  StepClock,
  type Effects,
  type RunningService,
} from '@wattmesh/platform';
import { Client } from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { AppModule } from './app.module.ts';
import { encodeMandate, hashMandate, MANDATE_TYPES, settlementDomain } from '@wattmesh/contracts/hash-mandate';
import { hashCanonicalJson } from './metering/hash-canonical-json.ts';
import { encodeOrder, ORDER_TYPES } from './order/hash-order.ts';
import {
  at,
  CHAIN,
  community,
  mandateOf,
  members,
  metering,
  meters,
  QUARTER,
  recordsOf,
  signed,
  START,
  walletOf,
  wholeQuarter,
} from './testing/a-village.ts';

let clock: StepClock;
let bus: MemoryBus;
let service: RunningService;
let databaseUrl: string;
let admin: Client;
let cleared: IntervalCleared[];
let deadLetters: string[];

async function startMarket(effects: Effects = new RealEffects(), onCrash: () => void = () => undefined): Promise<void> {
  const app = await createService(AppModule, {
    name: 'market',
    bus,
    clock,
    effects,
    onCrash,
    env: { LOG_LEVEL: 'silent' },
    databaseUrl,
  });
  service = await startService(app);
}

async function publish<E extends EventDefinition>(event: E, ...payloads: PayloadOf<E>[]): Promise<void> {
  const delivered = bus.publish(recordsOf(event, ...payloads));
  await clock.runUntil(clock.now());
  await delivered;
  await clock.runUntil(clock.now());
}

async function post(path: string, body: object): Promise<{ status: number; code?: string }> {
  const answer = await fetch(`${service.url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return { status: answer.status, ...((await answer.json()) as object) };
}

async function signMandate(memberId: string, nonce = 1, wallet = walletOf(memberId)) {
  const terms = mandateOf(memberId, nonce);
  const signature = await wallet.signTypedData(
    settlementDomain(CHAIN.chainId, CHAIN.settlement),
    MANDATE_TYPES,
    encodeMandate(terms),
  );
  return post('/mandates', { ...terms, signature });
}

async function placeOrder(memberId: string, side: 'bid' | 'ask', limitMicroPerKwh: number) {
  const orderId = `00000000-0000-4000-8000-${Buffer.from(`${memberId}${side}`).toString('hex').padStart(12, '0').slice(-12)}`;
  const terms = {
    orderId,
    memberId,
    communityId: 'village',
    side,
    limitMicroPerKwh,
    validFrom: at(0),
    mandateHash: hashMandate(mandateOf(memberId)),
  };
  const signature = await walletOf(memberId).signTypedData(
    settlementDomain(CHAIN.chainId, CHAIN.settlement),
    ORDER_TYPES,
    encodeOrder(terms),
  );
  return post('/orders', { ...terms, signature });
}

const runs = () => cleared.map((each) => `${each.run} ${(Date.parse(each.intervalStart) - START) / QUARTER}`);

beforeAll(async () => {
  admin = new Client({ connectionString: process.env['WATTMESH_TEST_DATABASE'] });
  await admin.connect();
  await admin.query('drop database if exists market_spec with (force)');
  await admin.query('create database market_spec');
  await admin.end();
  databaseUrl = new URL('/market_spec', process.env['WATTMESH_TEST_DATABASE']).href;
  admin = new Client({ connectionString: databaseUrl });
  await admin.connect();
});
afterAll(() => admin.end());

beforeEach(async () => {
  await admin.query('drop schema if exists market cascade');
  clock = new StepClock({ simMs: START, speed: 1, onError: (_, error) => expect.fail(String(error)) });
  bus = new MemoryBus({ clock });
  [cleared, deadLetters] = [[], []];
  await bus.subscribe('spec', [IntervalCleared.topic], async (batch) => {
    cleared.push(...batch.map((record) => JSON.parse(record.value) as IntervalCleared));
  });
  await bus.subscribe('letters', [`${IntervalMetered.topic}.market.dlq`], async (batch) => {
    deadLetters.push(...batch.map((record) => record.key));
  });
  await bus.start();
  await startMarket();
  await publish(CommunityConfigured, community);
  await publish(MemberRegistered, ...members);
  await publish(MeterEnrolled, ...meters);
});

afterEach(async () => {
  await service.stop();
  await bus.stop();
  clock.stop();
});

describe('the market', () => {
  it('closes an interval when all settling meters are in, and finals at the end of the period', async () => {
    await clock.runUntil(START + QUARTER);
    await publish(IntervalMetered, ...wholeQuarter(0).slice(0, 2));
    expect(cleared).toEqual([]);
    await publish(IntervalMetered, wholeQuarter(0)[2]!);
    expect(runs()).toEqual(['preliminary 0']);
    await clock.runUntil(START + 2 * QUARTER);
    await publish(IntervalMetered, ...wholeQuarter(1));
    expect(runs()).toEqual(['preliminary 0', 'preliminary 1', 'final 0', 'final 1']);
    expect(cleared[0]).toMatchObject({ sharedWh: 0, residualWh: 10, residualBoundWh: 90 });
  });

  it('trades at standing orders under signed mandates', async () => {
    expect(await signMandate('home-1')).toMatchObject({ status: 200 });
    expect(await signMandate('home-2')).toMatchObject({ status: 200 });
    expect(await placeOrder('home-1', 'ask', 60_000)).toMatchObject({ status: 200 });
    expect(await placeOrder('home-2', 'bid', 290_000)).toMatchObject({ status: 200 });
    expect(await placeOrder('home-2', 'bid', 290_000)).toMatchObject({ status: 200 });
    await clock.runUntil(START + QUARTER);
    await publish(IntervalMetered, ...wholeQuarter(0));
    expect(cleared[0]).toMatchObject({ sharedWh: 1000, priceMicroPerKwh: 60_000 + (2 * 210_000) / 3 });
    expect(cleared[0]!.trades).toHaveLength(1);
  });

  it('M3 refuses mandates and orders that their member did not sign, or not like that', async () => {
    expect(await signMandate('home-1', 1, walletOf('home-2'))).toMatchObject({
      status: 422,
      code: 'MARKET_MANDATE_SIGNATURE',
    });
    expect(await placeOrder('home-1', 'ask', 60_000)).toMatchObject({ status: 422, code: 'MARKET_ORDER_MANDATE' });
    expect(await signMandate('home-1', 1)).toMatchObject({ status: 200 });
    expect(await signMandate('home-1', 1)).toMatchObject({ status: 200 });
    expect(await signMandate('home-1', 0)).toMatchObject({ status: 409, code: 'MARKET_MANDATE_NONCE' });
    expect(await placeOrder('home-1', 'ask', 300_001)).toMatchObject({ status: 422, code: 'MARKET_ORDER_LIMIT' });
    expect(await placeOrder('home-1', 'ask', 70_000)).toMatchObject({ status: 200 });
    expect(await placeOrder('home-1', 'ask', 80_000)).toMatchObject({ status: 409, code: 'MARKET_ORDER_CONFLICT' });
    expect(await post('/orders', { side: 'bid' })).toMatchObject({ status: 400 });
  });

  it('C14 substitutes a silent meter after five minutes, uses its late data in the final run and corrects after that', async () => {
    await clock.runUntil(START + QUARTER);
    await publish(IntervalMetered, ...wholeQuarter(0));
    await clock.runUntil(START + 2 * QUARTER);
    await publish(IntervalMetered, metering('home-1', 1, -800), metering('feeder-head', 1, 1210));
    await clock.runUntil(START + 2 * QUARTER + 299_000);
    expect(runs()).toEqual(['preliminary 0']);
    await clock.runUntil(START + 2 * QUARTER + 301_000);
    expect(runs()).toEqual(['preliminary 0', 'preliminary 1', 'final 0', 'final 1']);
    expect(cleared[1]!.inputs.meterings.filter((used) => used.isSubstituted).map((used) => used.meterId)).toEqual([
      'home-2-meter',
    ]);
    expect(cleared[1]!.accounts.find((row) => row.memberId === 'home-2')!.importWh).toBe(2000);
    await publish(IntervalMetered, metering('home-2', 1, 1900));
    expect(runs().at(-1)).toBe('correction-1 1');
    expect(cleared.at(-1)!.accounts.find((row) => row.memberId === 'home-2')!.importWh).toBe(1900);
    const better = signed({ siteId: 'home-2', quarter: 1, netWh: 1950, run: 'correction-1' });
    await publish(IntervalMetered, better, better);
    expect(runs().slice(-2)).toEqual(['correction-1 1', 'correction-2 1']);
  });

  const forged = () => signed({ siteId: 'home-2', quarter: 0, netWh: 1, keyOf: 'home-1-meter' });

  it('C24 takes a metering only from the key of its own meter; the interval is then closed without it', async () => {
    await clock.runUntil(START + QUARTER);
    const [own, , head] = wholeQuarter(0);
    await publish(IntervalMetered, own!, forged(), head!);
    expect(deadLetters).toEqual(['home-2-meter']);
    expect(cleared).toEqual([]);
    await clock.runUntil(START + QUARTER + 301_000);
    expect(runs()).toEqual(['preliminary 0']);
  });

  it('C24 hears the honest meter after any number of forgeries in its name, even under the id of its own event', async () => {
    await clock.runUntil(START + QUARTER);
    const [own, honest, head] = wholeQuarter(0);
    const [genuine] = recordsOf(IntervalMetered, honest!);
    const foreign = recordsOf(IntervalMetered, forged(), { ...honest!, siteId: 'home-1' });
    const stolenId = { ...genuine!, value: foreign[0]!.value };
    for (const record of [stolenId, ...foreign, genuine!]) {
      void bus.publish([record]);
      await clock.runUntil(clock.now());
    }
    expect(deadLetters).toEqual(['home-2-meter', 'home-2-meter', 'home-2-meter']);
    await publish(IntervalMetered, own!, head!);
    expect(runs()).toEqual(['preliminary 0']);
    expect(cleared[0]!.inputs.meterings.filter((used) => used.isSubstituted)).toEqual([]);
  });

  it('keeps a metering that comes before its enrolment and checks it then', async () => {
    await clock.runUntil(START + QUARTER);
    await admin.query('create table market.late as table market.meter');
    await admin.query('delete from market.meter');
    await publish(IntervalMetered, forged(), ...wholeQuarter(0));
    expect([cleared, deadLetters]).toEqual([[], []]);
    const { rows } = await admin.query<{ enrolled: MeterEnrolled }>('select enrolled from market.late');
    await publish(MeterEnrolled, ...rows.map((row) => row.enrolled));
    expect(runs()).toEqual(['preliminary 0']);
    const kept = await admin.query<{ hash: string }>(
      `select hash from market.metering where meter_id = 'home-2-meter'`,
    );
    expect(kept.rows.map((row) => row.hash)).toEqual([hashCanonicalJson(wholeQuarter(0)[1])]);
  });

  it('closes every interval of an outage in order after a kill, none twice', async () => {
    await clock.runUntil(START + QUARTER);
    await publish(IntervalMetered, ...wholeQuarter(0));
    await service.kill();
    await clock.runUntil(START + 4 * QUARTER);
    await startMarket();
    await publish(IntervalMetered, ...wholeQuarter(3), ...wholeQuarter(2), ...wholeQuarter(1));
    expect(runs()).toEqual([
      'preliminary 0',
      'preliminary 1',
      'final 0',
      'final 1',
      'preliminary 2',
      'preliminary 3',
      'final 2',
      'final 3',
    ]);
    await clock.runUntil(START + 4 * QUARTER + 600_000);
    expect(cleared).toHaveLength(8);
  });

  it('M2 clears each run exactly once whichever effects a crash falls between', async () => {
    await service.kill();
    const lives = { count: 0, isDead: true };
    const revive = async (): Promise<void> => {
      lives.count += 1;
      lives.isDead = false;
      const die = (): void => void (lives.isDead = true);
      await startMarket(new CrashingEffects(2 * (6 + (lives.count % 4)) + (lives.count % 2 === 0 ? 1 : 0)), die).catch(
        die,
      );
    };
    await clock.runUntil(START + 4 * QUARTER);
    await revive();
    for (const quarter of [0, 1, 2, 3]) {
      const delivered = bus.publish(recordsOf(IntervalMetered, ...wholeQuarter(quarter)));
      for (let quiet = 0; quiet < 3 && lives.count < 40; quiet += 1) {
        await clock.runUntil(clock.now() + 1000);
        if (lives.isDead) [quiet] = [0, await revive()];
      }
      await delivered;
    }
    await service.kill();
    await startMarket();
    await clock.runUntil(clock.now() + 600_000);
    expect(lives.count).toBeGreaterThan(3);
    expect([...new Set(runs())]).toEqual([
      'preliminary 0',
      'preliminary 1',
      'final 0',
      'final 1',
      'preliminary 2',
      'preliminary 3',
      'final 2',
      'final 3',
    ]);
    const { rows } = await admin.query<{ runs: string }>('select count(*) as runs from market.clearing');
    expect(rows[0]!.runs).toBe('8');
  });
});
