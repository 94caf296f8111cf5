import type { INestApplication } from '@nestjs/common';
import { CommunityConfigured, IntervalCleared, type IntervalSettled } from '@wattmesh/events';
import { seededRandom } from '@wattmesh/platform';
import { Transactions, type EntityManager } from '@wattmesh/platform/database';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { SubmitterService } from './chain/submitter.service.ts';
import { LedgerController } from './ledger/ledger.controller.ts';
import { RegistryController } from './registry/registry.controller.ts';
import { clearedRun, period } from './testing/a-village.ts';
import { SettlementBench } from './testing/settlement-bench.ts';

const ROUNDS = 40;
const LOOKS = 1000;
const PERIODS = [0, 2, 4];
const RUNS = PERIODS.flatMap((first) => [`0 ${first}`, `0 ${first + 1}`, `1 ${first}`, `1 ${first + 1}`]);

let bench: SettlementBench;
beforeAll(async () => {
  bench = await SettlementBench.open(process.env['WATTMESH_TEST_DATABASE'], 'two_settlements');
});
afterAll(() => bench.close());
beforeEach(() => bench.begin());
afterEach(() => bench.end());

describe('two instances of settlement', () => {
  /** Everything committed has left: what a waiting instance commits, the leader hears of by the wall. */
  async function relayed(): Promise<void> {
    for (let look = 0; look < LOOKS; look += 1) {
      await bench.wait(0);
      if ((await bench.query('select id from settlement.outbox limit 1')).length === 0) return bench.wait(0);
    }
    throw new Error('the outbox is not relayed');
  }
  async function publishAll(): Promise<void> {
    await bench.publishRegistry();
    for (const first of PERIODS) await bench.publish(IntervalCleared, ...period(first));
  }
  const settled = (): IntervalSettled[] =>
    bench.settled.toSorted((a, b) => (a.intervalStart + a.run < b.intervalStart + b.run ? -1 : 1));
  const ticks = (apps: INestApplication[]): Promise<PromiseSettledResult<void>[]> =>
    Promise.allSettled(apps.map((app) => app.get(SubmitterService).tick()));

  /** One commit for each run, no nonce left out or used twice, and the money where it belongs. */
  async function expectPaidOnce(): Promise<void> {
    expect((await bench.commitsOnChain()).toSorted()).toEqual(RUNS.toSorted());
    const rows = await bench.query<{ nonce: string; status: string }>(
      'select nonce, status from settlement.chain_transaction order by nonce',
    );
    const first = Number(rows[0]!.nonce);
    expect(rows.map(({ nonce }) => Number(nonce))).toEqual(rows.map((_, index) => first + index));
    expect(new Set(rows.map(({ status }) => status))).toEqual(new Set(['final']));
    const operator = bench.chain.walletAt(0).address;
    const used = await bench.chain.provider.request({
      method: 'eth_getTransactionCount',
      params: [operator, 'latest'],
    });
    expect(Number(used)).toBe(first + rows.length);
    expect(await bench.balances()).toEqual([2_900_000, 980_000, 2_120_000, 2_000_000]);
    const states = await bench.query<{ state: string }>('select state from settlement.period');
    expect(states.map(({ state }) => state)).toEqual(PERIODS.map(() => 'executed'));
  }

  it('book and commit what one does, in the same lines', async () => {
    await bench.start();
    await publishAll();
    await bench.wait(120);
    await expectPaidOnce();
    const byOne = settled();
    await bench.end();
    await bench.begin();
    await bench.startTwo();
    await publishAll();
    await relayed();
    await bench.wait(120);
    await relayed();
    await expectPaidOnce();
    expect(settled()).toEqual(byOne);
    expect(new Set(bench.confirmed.map((batch) => JSON.stringify(batch))).size).toBe(bench.confirmed.length);
  });

  it('leave no run waiting that comes to one while its community comes to the other', async () => {
    const apps = await bench.startTwo();
    await bench.publishRegistry();
    const handle = (app: INestApplication, work: (tx: EntityManager) => Promise<void>): Promise<void> =>
      app.get(Transactions).run(work);
    for (let round = 0; round < ROUNDS; round += 1) {
      const [one, other] = [apps[round % 2]!, apps[(round + 1) % 2]!];
      const communityId = `amber-${round}`;
      const run = { ...clearedRun(0, 'preliminary'), communityId, trades: [], accounts: [] };
      const config: CommunityConfigured = { ...bench.community(), communityId };
      await Promise.all([
        handle(one, (tx) => one.get(LedgerController).onCleared([run], tx)),
        handle(other, (tx) => other.get(RegistryController).onCommunities([config], tx)),
      ]);
    }
    expect(await bench.query('select community_id from settlement.waiting_run')).toEqual([]);
  });

  it('book a run once that comes to both under two names at the same moment', async () => {
    const apps = await bench.startTwo();
    await bench.publishRegistry();
    for (const cleared of [...period(0), ...period(2)]) {
      const taken = apps.map((app) =>
        app.get(Transactions).run((tx) => app.get(LedgerController).onCleared([cleared], tx)),
      );
      await Promise.all(taken);
    }
    await relayed();
    expect(bench.settled).toHaveLength(8);
  });

  it('R8 commit each interval once where both submit at the same time', async () => {
    const apps = await bench.startTwo();
    const random = seededRandom(8);
    const online = bench.intercept;
    // The two overtake each other at every call to the node.
    bench.intercept = async (call) => {
      for (let turns = Math.floor(random() * 8); turns > 0; turns -= 1) await new Promise(setImmediate);
      return online(call);
    };
    await publishAll();
    for (let round = 0; round < 12; round += 1) {
      for (const outcome of await ticks(apps)) expect(outcome).toMatchObject({ status: 'fulfilled' });
    }
    await relayed();
    await expectPaidOnce();
    expect(new Set(bench.confirmed.map((batch) => JSON.stringify(batch))).size).toBe(bench.confirmed.length);
  });

  it('R8 raise the fees of a stuck transaction once where both submit', async () => {
    const apps = await bench.startTwo();
    const online = bench.intercept;
    bench.intercept = (call) => (call.method === 'eth_sendRawTransaction' ? Promise.resolve('0x') : online(call));
    await publishAll();
    await ticks(apps);
    await bench.query(`update settlement.chain_attempt set signed_at = signed_at - interval '1 hour'`);
    for (const outcome of await ticks(apps)) expect(outcome).toMatchObject({ status: 'fulfilled' });
    const attempts = await bench.query<{ attempt_number: number }>(
      'select attempt_number from settlement.chain_attempt order by attempt_number',
    );
    expect(attempts.map((attempt) => attempt.attempt_number)).toEqual([0, 1]);
    bench.intercept = online;
    for (let round = 0; round < 6; round += 1) await ticks(apps);
    await relayed();
    await expectPaidOnce();
  });

  const MOMENTS = [
    ['before it asked for the gas', 'eth_estimateGas', 'before'],
    ['when it knows the gas', 'eth_estimateGas', 'after'],
    ['before it sends', 'eth_sendRawTransaction', 'before'],
    ['when it has sent', 'eth_sendRawTransaction', 'after'],
    ['when it has looked', 'eth_getTransactionReceipt', 'after'],
  ] as const;

  it.each(MOMENTS)('R8 are not harmed by a leader of yesterday that goes on %s', async (_, method, moment) => {
    const apps = await bench.startTwo();
    const online = bench.intercept;
    let goOn: () => void = () => undefined;
    let isHeld = false;
    const paused = new Promise<void>((resolve) => (goOn = resolve));
    bench.intercept = async (call) => {
      const isFirst = call.method === method && !isHeld;
      isHeld ||= isFirst;
      if (isFirst && moment === 'before') await paused;
      const answer = await online(call);
      if (isFirst && moment === 'after') await paused;
      return answer;
    };
    await publishAll();
    const zombie = apps[0]!.get(SubmitterService).tick();
    await expect.poll(() => isHeld, { interval: 5 }).toBe(true);
    for (let round = 0; round < 6; round += 1) await apps[1]!.get(SubmitterService).tick();
    await relayed();
    await expectPaidOnce();
    goOn();
    await zombie;
    for (let round = 0; round < 2; round += 1) await ticks(apps);
    await relayed();
    await expectPaidOnce();
  });
});
