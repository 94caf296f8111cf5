import { settlementAbi } from '@wattmesh/contracts';
import { CommunityConfigured, IntervalCleared } from '@wattmesh/events';
import { Contract } from 'ethers';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { at, clearedRun, mandate, period, walletOf } from '../testing/a-village.ts';
import { SettlementBench } from '../testing/settlement-bench.ts';
import { consent, deployVillage } from '../testing/village-contracts.ts';

let bench: SettlementBench;
beforeAll(async () => {
  bench = await SettlementBench.open(process.env['WATTMESH_TEST_DATABASE'], 'settlement_chain');
});
afterAll(() => bench.close());
beforeEach(() => bench.begin());
afterEach(() => bench.end());

describe('the submitter', () => {
  it('C24 waits while the node is away and skips nothing', async () => {
    await bench.start();
    await bench.publishRegistry();
    const online = bench.intercept;
    bench.intercept = () => Promise.reject(new Error('connection refused'));
    await bench.publish(IntervalCleared, ...period(0));
    await bench.wait(60);
    expect(new Set(bench.alarms)).toEqual(new Set(['SETTLEMENT_CHAIN_REFUSED']));
    bench.intercept = online;
    await bench.wait(60);
    expect(await bench.commitsOnChain()).toEqual(['0 0', '0 1', '1 0', '1 1']);
  });

  it('C24 raises the fees of a stuck transaction under the same nonce and commits it once', async () => {
    await bench.start({ env: { SETTLEMENT_CONFIRMATIONS: '2' } });
    await bench.publishRegistry();
    const sent: string[] = [];
    const online = bench.intercept;
    bench.intercept = (call) => {
      if (call.method !== 'eth_sendRawTransaction') return online(call);
      sent.push(call.params![0] as string);
      return sent.length < 15 ? Promise.resolve('0x') : online(call);
    };
    await bench.publish(IntervalCleared, clearedRun(0, 'preliminary'));
    await bench.wait(300);
    expect(new Set(sent).size).toBe(2);
    expect(await bench.commitsOnChain()).toEqual(['0 0']);
    expect(bench.confirmed.map((batch) => batch.finality)).toEqual(['soft']);
    await online({ method: 'evm_mine', params: [] });
    await bench.wait(15);
    expect(bench.confirmed.map((batch) => batch.finality)).toEqual(['soft', 'final']);
  });

  it('C24 sends again what a reorganisation threw out', async () => {
    await bench.start({ env: { SETTLEMENT_CONFIRMATIONS: '3' } });
    await bench.publishRegistry();
    const before = await bench.intercept({ method: 'evm_snapshot', params: [] });
    await bench.publish(IntervalCleared, clearedRun(0, 'preliminary'));
    await bench.wait(30);
    await bench.intercept({ method: 'evm_revert', params: [before] });
    expect(await bench.commitsOnChain()).toEqual([]);
    await bench.wait(30);
    expect(await bench.commitsOnChain()).toEqual(['0 0']);
    expect(bench.confirmed.map((batch) => batch.finality)).toEqual(['soft']);
  });

  it('C24 alarms where somebody else used its nonce', async () => {
    await bench.start();
    await bench.publishRegistry();
    const online = bench.intercept;
    bench.intercept = (call) => (call.method === 'eth_sendRawTransaction' ? Promise.resolve('0x') : online(call));
    await bench.publish(IntervalCleared, clearedRun(0, 'preliminary'));
    await bench.wait(15);
    await (await bench.chain.walletAt(0).sendTransaction({ to: walletOf('home-1').address, value: 1 })).wait();
    await bench.wait(15);
    expect(bench.alarms).toContain('SETTLEMENT_FOREIGN_TRANSACTION');
  });

  it('C25 takes back a period that an exit made impossible, and pays it with what is left', async () => {
    bench.contracts = await deployVillage(bench.chain, 2);
    await bench.start();
    await bench.publishRegistry();
    await bench.publish(IntervalCleared, ...period(0));
    await bench.wait(60);
    const settlement = new Contract(bench.contracts.settlement, settlementAbi, bench.chain.ethers);
    const leaver = walletOf('home-2').connect(bench.chain.ethers);
    await (await bench.chain.walletAt(0).sendTransaction({ to: leaver.address, value: 10n ** 18n })).wait();
    await (await (settlement.connect(leaver) as Contract).getFunction('requestExit')(1, 1_900_000)).wait();
    await bench.publish(IntervalCleared, ...period(2), ...period(4));
    await bench.wait(120);
    expect(bench.alarms).toEqual([]);
    expect(await bench.balances()).toEqual([2_600_000, 0, 2_000_000 + 80_000 - 580_000, 2_000_000]);
  });

  it('C24 stops with an alarm where a reorganisation takes back what counted as final, until it is there again', async () => {
    await bench.start();
    await bench.publishRegistry();
    const before = await bench.intercept({ method: 'evm_snapshot', params: [] });
    await bench.publish(IntervalCleared, clearedRun(0, 'preliminary'));
    await bench.wait(30);
    const finals = () =>
      bench.confirmed.filter((batch) => batch.finality === 'final').map((batch) => batch.intervalStart);
    expect(finals()).toEqual([at(0)]);
    await bench.intercept({ method: 'evm_revert', params: [before] });
    const online = bench.intercept;
    const sent = new Set<unknown>();
    bench.intercept = (call) => {
      if (call.method !== 'eth_sendRawTransaction') return online(call);
      sent.add(call.params![0]);
      return Promise.resolve('0x');
    };
    await bench.publish(IntervalCleared, clearedRun(1, 'preliminary'));
    await bench.wait(60);
    expect(new Set(bench.alarms)).toEqual(new Set(['SETTLEMENT_CHAIN_REORGANISED']));
    expect(await bench.metrics.registry.metrics()).toMatch(/wattmesh_chain_deep_reorganisations_total\S* [1-9]/);
    expect(sent.size, 'only the lost bytes are sent').toBe(1);
    bench.intercept = online;
    await bench.wait(15);
    bench.alarms.length = 0;
    await bench.wait(30);
    expect(bench.alarms).toEqual([]);
    expect(await bench.commitsOnChain()).toEqual(['0 0', '0 1']);
    expect(finals()).toEqual([at(0), at(1)]);
  });

  it('lets a community whose calls fail hold up no other, and says which fails', async () => {
    await bench.start();
    await bench.publishRegistry();
    const broken = { ...bench.community(), communityId: 'amber' };
    await bench.publish(CommunityConfigured, {
      ...broken,
      chain: { ...broken.chain, settlement: bench.contracts.token },
    });
    await bench.publish(
      IntervalCleared,
      { ...clearedRun(0, 'preliminary'), communityId: 'amber', trades: [], accounts: [] },
      ...period(0),
    );
    await bench.wait(60);
    expect(await bench.commitsOnChain()).toEqual(['0 0', '0 1', '1 0', '1 1']);
    expect(await bench.balances()).toEqual([2_300_000, 1_660_000, 2_040_000, 2_000_000]);
    expect(new Set(bench.alarms)).toEqual(new Set(['SETTLEMENT_CHAIN_REFUSED']));
  });

  it('M3 debits nobody for a period from before its consent: it is taken back, and what is owed moves with a later one', async () => {
    bench.contracts = await deployVillage(bench.chain, 2);
    await bench.start();
    await bench.publishRegistry();
    await bench.publish(IntervalCleared, ...period(0));
    await bench.wait(60);
    const relay = bench.chain.walletAt(1);
    await consent(relay, bench.contracts, { ...mandate('home-2'), nonce: 2, capMicroPerPeriod: 0 });
    await consent(relay, bench.contracts, { ...mandate('home-2'), nonce: 3 });
    await bench.publish(IntervalCleared, ...period(2), ...period(4));
    await bench.wait(120);
    expect(bench.alarms).toEqual([]);
    expect(await bench.balances()).toEqual([2_600_000, 1_320_000, 2_080_000, 2_000_000]);
    const periods = await bench.query<{ lanes: Record<string, number>; state: string }>(
      'select lanes, state from settlement.period order by period_start',
    );
    expect(periods.slice(0, 2)).toEqual([
      { state: 'executed', lanes: { 'home-1': -300_000, 'home-2': 0, residual: 0, supplier: 300_000 } },
      { state: 'executed', lanes: { 'home-1': -300_000, 'home-2': 680_000, residual: 0, supplier: -380_000 } },
    ]);
  });
});
