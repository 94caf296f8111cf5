import { encodeMandate, hashMandate, MANDATE_TYPES, settlementDomain } from '@wattmesh/contracts/hash-mandate';
import {
  CommunityConfigured,
  IntervalMetered,
  MandateSigned,
  MemberRegistered,
  MeterEnrolled,
  OrderPlaced,
  type EventDefinition,
  type PayloadOf,
} from '@wattmesh/events';
import { deriveKey } from '@wattmesh/gateway/derive-key';
import {
  Leadership,
  Transactions,
  freshDatabase,
  type EntityManager,
  type FreshDatabase,
} from '@wattmesh/platform/database';
import { Client } from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { MeteringController } from './metering/metering.controller.ts';
import { encodeOrder, ORDER_TYPES } from './order/hash-order.ts';
import { RegistryController } from './registry/registry.controller.ts';
import {
  at,
  CHAIN,
  community,
  mandateOf,
  members,
  metering,
  meters,
  QUARTER,
  START,
  walletOf,
  wholeQuarter,
} from './testing/a-village.ts';
import { Markets, type Market } from './testing/two-markets.ts';

const ROUNDS = 40;

describe('two instances of the market', () => {
  let database: FreshDatabase;
  let admin: Client;
  let markets: Markets | undefined;

  beforeAll(async () => {
    database = await freshDatabase(process.env['WATTMESH_TEST_DATABASE'], 'two_markets');
    admin = new Client({ connectionString: database.url });
    await admin.connect();
  });
  afterAll(async () => {
    await admin.end();
    await database.drop();
  });
  beforeEach(() => admin.query('drop schema if exists market cascade'));
  afterEach(async () => {
    await markets?.stop();
    markets = undefined;
  });

  async function started(count: number): Promise<Markets> {
    markets = await Markets.start(database.url, count);
    await markets.publish(CommunityConfigured, community);
    await markets.publish(MemberRegistered, ...members);
    await markets.publish(MeterEnrolled, ...meters);
    return markets;
  }

  async function post({ service }: Market, path: string, body: object): Promise<number> {
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(`${service.url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
    await answer.text();
    return answer.status;
  }
  async function mandate(memberId: string): Promise<object> {
    const terms = mandateOf(memberId);
    const domain = settlementDomain(CHAIN.chainId, CHAIN.settlement);
    return { ...terms, signature: await walletOf(memberId).signTypedData(domain, MANDATE_TYPES, encodeMandate(terms)) };
  }
  async function order(memberId: string, side: 'bid' | 'ask', limitMicroPerKwh: number): Promise<object> {
    const orderId = `00000000-0000-4000-8000-00000000000${memberId.at(-1)}`;
    const mandateHash = hashMandate(mandateOf(memberId));
    const terms = { orderId, memberId, communityId: 'village', side, limitMicroPerKwh, validFrom: at(0), mandateHash };
    const domain = settlementDomain(CHAIN.chainId, CHAIN.settlement);
    return { ...terms, signature: await walletOf(memberId).signTypedData(domain, ORDER_TYPES, encodeOrder(terms)) };
  }
  const published = <E extends EventDefinition>(event: E): PayloadOf<E>[] =>
    markets!.archive.records
      .filter(({ topic }) => topic === event.topic)
      .map(({ value }) => JSON.parse(value) as PayloadOf<E>);
  /** A handler's own transaction in an instance, as if the bus had brought the event there. */
  const handle = ({ app }: Market, work: (tx: EntityManager) => Promise<void>): Promise<void> =>
    app.get(Transactions).run(work);

  async function liveThroughADay(count: number) {
    const day = await started(count);
    const posts = [await mandate('home-1'), await mandate('home-2')];
    for (const [index, each] of posts.entries()) await post(day.instances[index % count]!, '/mandates', each);
    const orders = [await order('home-1', 'ask', 60_000), await order('home-2', 'bid', 290_000)];
    for (const [index, each] of orders.entries()) await post(day.instances[(index + 1) % count]!, '/orders', each);
    for (const quarter of [0, 1, 2, 3, 4, 5]) {
      await day.clock.runUntil(START + (quarter + 1) * QUARTER);
      const [own, other, head] = wholeQuarter(quarter);
      // The fourth quarter misses a meter, which speaks after the period's final runs.
      await day.publish(IntervalMetered, own!, head!, ...(quarter === 3 ? [] : [other!]));
      if (quarter === 3) await day.clock.runUntil(START + 4 * QUARTER + 400_000);
      if (quarter === 3) await day.publish(IntervalMetered, metering('home-2', 3, 1500));
    }
    const cleared = day.cleared();
    await day.stop();
    markets = undefined;
    return cleared;
  }

  it('clear what one clears, to the last unit, whichever of them takes a metering', async () => {
    const byOne = await liveThroughADay(1);
    await admin.query('drop schema market cascade');
    expect(byOne.map(({ run }) => run)).toContain('correction-1');
    expect(byOne.some(({ trades }) => trades.length > 0)).toBe(true);
    expect(await liveThroughADay(2)).toEqual(byOne);
  });

  it('M2 close each interval once, and miss none, when its last meterings come to both at the same moment', async () => {
    const pair = await started(2);
    const { instances, clock } = pair;
    await clock.runUntil(START + QUARTER);
    for (let quarter = 0; quarter < ROUNDS; quarter += 1) {
      const spoken = wholeQuarter(quarter).map((metered, index) => {
        const market = instances[(quarter + index) % 2]!;
        return handle(market, (tx) => market.app.get(MeteringController).onMeterings([metered], tx));
      });
      await Promise.all(spoken);
    }
    await pair.relayed();
    const preliminary = pair.cleared().filter(({ run }) => run === 'preliminary');
    expect(preliminary.map(({ intervalStart }) => intervalStart)).toEqual(
      Array.from({ length: ROUNDS }, (_, quarter) => at(quarter)),
    );
    expect(pair.cleared()).toHaveLength(2 * ROUNDS);
  });

  it('leave no metering waiting that comes to one while its enrolment comes to the other', async () => {
    const { instances } = await started(2);
    for (let round = 0; round < ROUNDS; round += 1) {
      const [one, other] = [instances[round % 2]!, instances[(round + 1) % 2]!];
      const siteId = `home-${round + 10}`;
      const { publicKey } = deriveKey('seed', `${siteId}-meter`);
      const enrolled = { ...meters[0]!, meterId: `${siteId}-meter`, siteId, publicKey };
      await Promise.all([
        handle(one, (tx) => one.app.get(MeteringController).onMeterings([metering(siteId, 0, 100)], tx)),
        handle(other, (tx) => other.app.get(RegistryController).onMeters([enrolled], tx)),
      ]);
    }
    const { rows } = await admin.query('select meter_id from market.waiting_metering');
    expect(rows).toEqual([]);
  });

  it('take a mandate and an order once that come to both at the same moment', async () => {
    const pair = await started(2);
    const toBoth = async (path: string, body: object): Promise<number[]> =>
      Promise.all(pair.instances.map((market) => post(market, path, body)));
    expect(await toBoth('/mandates', await mandate('home-1'))).toEqual([200, 200]);
    expect(await toBoth('/orders', await order('home-1', 'ask', 60_000))).toEqual([200, 200]);
    await pair.relayed();
    expect(published(MandateSigned)).toHaveLength(1);
    expect(published(OrderPlaced)).toHaveLength(1);
  });

  it('C14 meet a deadline once, whoever took the meterings, also when the leader has died', async () => {
    const pair = await started(2);
    await pair.clock.runUntil(START + QUARTER);
    await pair.publish(IntervalMetered, ...wholeQuarter(0).slice(1));
    await pair.clock.runUntil(START + QUARTER + 299_000);
    expect(pair.cleared()).toEqual([]);
    await pair.clock.runUntil(START + QUARTER + 300_000);
    expect(pair.cleared().map(({ closedAt }) => closedAt)).toEqual([new Date(START + QUARTER + 300_000).toISOString()]);
    const next = pair.standby;
    await pair.leader.service.kill();
    await expect.poll(() => next.app.get(Leadership).isLeading, { timeout: 5000, interval: 5 }).toBe(true);
    await pair.clock.runUntil(START + 2 * QUARTER);
    await pair.publish(IntervalMetered, ...wholeQuarter(1).slice(1));
    await pair.clock.runUntil(START + 2 * QUARTER + 600_000);
    await pair.relayed();
    expect(pair.cleared().map(({ run, intervalStart }) => `${run} ${intervalStart}`)).toEqual([
      `preliminary ${at(0)}`,
      `final ${at(0)}`,
      `preliminary ${at(1)}`,
      `final ${at(1)}`,
    ]);
  });
});
