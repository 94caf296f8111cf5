import { BatchConfirmed, IntervalCleared, IntervalSettled, MandateSigned } from '@wattmesh/events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { aClearing, aLane, at, HASH } from './testing/a-lane.ts';
import { PortalBench } from './testing/portal-bench.ts';
import * as views from './view/views.ts';

const LANE = '/api/v1/communities/lane';

let bench: PortalBench;
beforeAll(async () => {
  bench = await PortalBench.open(process.env['WATTMESH_TEST_DATABASE'], 'portal_books');
  await bench.start();
  await bench.register(aLane());
});
afterAll(() => bench.close());

const timeline = (query: string) => bench.view(views.TimelineView, `${LANE}/timeline?${query}`);

describe('the books', () => {
  it('show clearings by their newest run, and trades of it', async () => {
    const cleared = aClearing(20, 'final', { 'home-1': -900, 'home-2': 500 });
    await bench.publish(IntervalCleared, aClearing(20, 'preliminary', { 'home-1': -900, 'home-2': 700 }), cleared);
    const shown = await bench.view(z.array(views.ClearingView), `${LANE}/clearings?from=${at(20)}&to=${at(21)}`);
    expect(shown).toHaveLength(1);
    expect(shown[0]).toMatchObject({ run: 'final', sharedWh: 500, tradeCount: 1 });
    const trades = await bench.view(z.array(views.TradeView), `${LANE}/clearings/${at(20)}/trades`);
    expect(trades).toMatchObject([{ run: 'final', sellerMemberId: 'home-1', buyerMemberId: 'home-2', energyWh: 500 }]);
    const [point] = (await timeline(`from=${at(20)}&to=${at(21)}`)).points;
    expect(point).toMatchObject({ priceMicroPerKwh: shown[0]!.priceMicroPerKwh, retailMicroPerKwh: 400_000 });
  });

  it('tell a statement of what was booked by when, with its transactions', async () => {
    const settled = (
      interval: number,
      run: string,
      { at: settledAt, tradeMicro }: { at: string; tradeMicro: number },
    ): IntervalSettled => ({
      communityId: 'lane',
      intervalStart: at(interval),
      run,
      settledAt,
      debitsMicro: 0,
      creditsMicro: 0,
      rows: [
        { memberId: 'home-1', tradeMicro: -tradeMicro, supplyMicro: 0, receivableMicro: 0 },
        { memberId: 'home-2', tradeMicro, supplyMicro: 0, receivableMicro: 0 },
      ],
      tradeCount: 0,
      root: HASH,
    });
    await bench.publish(
      IntervalSettled,
      settled(40, 'preliminary', { at: at(41), tradeMicro: 500 }),
      settled(43, 'final', { at: at(45), tradeMicro: 7 }),
      settled(40, 'correction-1', { at: at(50), tradeMicro: 20 }),
    );
    const batch = {
      communityId: 'lane',
      blockNumber: 3,
      gasUsed: 50_000,
      confirmedAt: at(46),
      finality: 'final' as const,
    };
    await bench.publish(
      BatchConfirmed,
      {
        ...batch,
        kind: 'commit',
        intervalStart: at(40),
        run: 'preliminary',
        intervalCount: 1,
        transactionHash: `0x${'1'.repeat(64)}`,
        finality: 'soft',
      },
      {
        ...batch,
        kind: 'commit',
        intervalStart: at(40),
        run: 'preliminary',
        intervalCount: 1,
        transactionHash: `0x${'1'.repeat(64)}`,
      },
      { ...batch, kind: 'execute', intervalStart: at(40), intervalCount: 4, transactionHash: `0x${'2'.repeat(64)}` },
    );
    const statement = (query: string) => bench.view(views.StatementView, `/api/v1/members/home-2/statement?${query}`);
    const before = await statement(`from=${at(40)}&to=${at(44)}&knownAt=${at(49)}`);
    expect(before.lines).toMatchObject([
      { kind: 'bought', amountMicro: 500, transactionHash: `0x${'1'.repeat(64)}`, finality: 'final', onChain: true },
      { amountMicro: 7, executionTransactionHash: `0x${'2'.repeat(64)}` },
    ]);
    expect(before.lines[0]).toMatchObject({ executionTransactionHash: `0x${'2'.repeat(64)}` });
    const later = await statement(`from=${at(40)}&to=${at(44)}&knownAt=${at(50)}`);
    expect(later).toMatchObject({ totalMicro: 527, tradeMicro: 527, supplyMicro: 0 });
    // Its period was complete: the next one moves it.
    expect(later.lines[1]).not.toHaveProperty('executionTransactionHash');
    expect(later.lines[1]).toMatchObject({ kind: 'correction', run: 'correction-1', amountMicro: 20 });
    const csv = await (
      await fetch(`${bench.service.url}/api/v1/members/home-2/statement.csv?from=${at(40)}&knownAt=${at(50)}`)
    ).text();
    expect(csv.split('\r\n')).toHaveLength(1 + 3 + 1);
    const batches = await bench.view(z.array(views.BatchView), `${LANE}/batches`);
    expect(batches.map(({ kind, finality }) => `${kind} ${finality}`).sort()).toEqual([
      'commit final',
      'execute final',
    ]);
  });

  it('tell what a member earned in a local day beside the tariff alone', async () => {
    const cleared = aClearing(60, 'preliminary', { 'home-1': -1000, 'home-2': 600, 'home-3': 900 });
    await bench.publish(IntervalCleared, cleared);
    await bench.publish(IntervalSettled, {
      communityId: 'lane',
      intervalStart: at(60),
      run: 'preliminary',
      settledAt: at(0),
      tradeCount: 2,
      root: HASH,
      rows: cleared.accounts.map(({ memberId, tradeMicro, supplyMicro }) => ({
        memberId,
        tradeMicro,
        supplyMicro,
        receivableMicro: 0,
      })),
      debitsMicro: 0,
      creditsMicro: 0,
    });
    const earnings = await bench.view(views.EarningsView, '/api/v1/members/home-1/earnings?period=day&date=2026-03-28');
    const price = cleared.priceMicroPerKwh!;
    expect(earnings).toMatchObject({
      from: '2026-03-27T23:00:00.000Z',
      to: '2026-03-28T23:00:00.000Z',
      isComplete: false,
      earnedMicro: price,
      paidMicro: 0,
      netMicro: -price,
      aloneMicro: -50_000,
      savedMicro: price - 50_000,
      soldWh: 1000,
      boughtWh: 0,
      exportedWh: 0,
    });
    const month = await bench.view(views.EarningsView, '/api/v1/members/home-3/earnings?period=month&date=2026-03-01');
    expect(month.from).toBe('2026-02-28T23:00:00.000Z');
    expect(month.savedMicro).toBe(month.aloneMicro - month.netMicro);
  });

  it('show a member with the newest of its mandates', async () => {
    const mandate = {
      memberId: 'home-1',
      communityId: 'lane',
      wallet: `0x${'aa'.repeat(20)}`,
      priceFloorMicroPerKwh: 1,
      priceCeilingMicroPerKwh: 2,
      capMicroPerPeriod: 3,
      expiresAt: at(99),
      mandateHash: HASH,
      signature: '0x',
    };
    await bench.publish(MandateSigned, {
      ...mandate,
      nonce: 2,
      capMicroPerPeriod: 4,
      mandateHash: `0x${'cd'.repeat(32)}`,
    });
    await bench.publish(MandateSigned, { ...mandate, nonce: 1 });
    const member = await bench.view(views.MemberView, '/api/v1/members/home-1');
    expect(member).toMatchObject({ siteIds: ['home-1'], mandate: { capMicroPerPeriod: 4 } });
  });
});
