import { CommunityConfigured, IntervalCleared, MandateSigned } from '@wattmesh/events';
import { CrashingEffects } from '@wattmesh/platform';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { MemberProofs } from './proof/proof.service.ts';
import type { Statement } from './statement/list-lines.ts';
import { at, clearedRun, period, recordsOf, signedMandates } from './testing/a-village.ts';
import { SettlementBench } from './testing/settlement-bench.ts';
import { areProven } from './testing/village-contracts.ts';

let bench: SettlementBench;
beforeAll(async () => {
  bench = await SettlementBench.open(process.env['WATTMESH_TEST_DATABASE'], 'settlement');
});
afterAll(() => bench.close());
beforeEach(() => bench.begin());
afterEach(() => bench.end());

describe('settlement', () => {
  it('books each run once, commits it once and moves a period in one execution', async () => {
    await bench.start();
    await bench.publishRegistry();
    await bench.publish(IntervalCleared, ...period(0));
    await bench.publish(IntervalCleared, clearedRun(0, 'final'));
    expect(bench.settled.map((each) => [each.run, each.rows.length, each.debitsMicro - each.creditsMicro])).toEqual([
      ['preliminary', 4, 0],
      ['preliminary', 4, 0],
      ['final', 0, 0],
      ['final', 0, 0],
    ]);
    await bench.wait(60);
    expect(bench.alarms).toEqual([]);
    expect(await bench.commitsOnChain()).toEqual(['0 0', '0 1', '1 0', '1 1']);
    expect(await bench.balances()).toEqual([2_300_000, 1_660_000, 2_040_000, 2_000_000]);
    expect(
      bench.confirmed.filter((batch) => batch.finality === 'final').map((batch) => `${batch.kind} ${batch.run ?? ''}`),
    ).toEqual(['commit preliminary', 'commit preliminary', 'commit final', 'commit final', 'execute ']);
  });

  it('waits for community and mandates that come later than the interval, and books in order', async () => {
    await bench.start();
    await bench.publish(IntervalCleared, ...period(0));
    await bench.publish(CommunityConfigured, bench.community());
    expect(bench.settled).toEqual([]);
    await bench.publish(MandateSigned, ...signedMandates());
    expect(bench.settled.map((each) => each.run)).toEqual(['preliminary', 'preliminary', 'final', 'final']);
    expect(bench.settled[0]!.rows.every((row) => row.receivableMicro === 0)).toBe(true);
  });

  it('M5 C14 moves what a correction changes with the next period, and shows all of it in the statement', async () => {
    await bench.start();
    await bench.publishRegistry();
    await bench.publish(IntervalCleared, ...period(0));
    await bench.wait(30);
    await bench.publish(
      IntervalCleared,
      clearedRun(0, 'correction-1', { priceMicro: 160_000, supplyMicro: 290_000 }),
      ...period(2),
    );
    expect(bench.settled[4]!.rows.map((row) => row.memberId)).toEqual(['home-1', 'home-2', 'supplier']);
    await bench.wait(60);
    expect(bench.alarms).toEqual([]);
    expect(await bench.balances()).toEqual([2_610_000, 1_310_000, 2_080_000, 2_000_000]);
    const statement = await bench.get<Statement>('/statements/home-2');
    expect(statement).toMatchObject({ neighboursMicro: 690_000, supplyMicro: 1_190_000, totalMicro: 1_880_000 });
    const parts = await Promise.all(
      [`to=${at(1)}`, `from=${at(1)}`].map((range) => bench.get<Statement>(`/statements/home-2?${range}`)),
    );
    expect(parts[0]!.totalMicro + parts[1]!.totalMicro).toBe(statement.totalMicro);
  });

  it('M3 M7 keeps what passes a mandate or a balance off the chain and pays the seller all the same', async () => {
    await bench.start();
    await bench.publishRegistry();
    await bench.publish(IntervalCleared, ...period(0, 700_000));
    await bench.wait(60);
    expect(bench.alarms).toEqual([]);
    expect(await bench.balances()).toEqual([3_400_000, 1_000_000, 2_000_000 + 40_000 - 440_000, 2_000_000]);
    expect((await bench.get<Statement>('/statements/home-2')).receivableMicro).toBe(440_000);
  });

  it('lets all money wait, and says so, while the supplier cannot advance what passes a cap', async () => {
    await bench.start();
    await bench.publishRegistry();
    await bench.publish(IntervalCleared, ...period(0, 1_300_000));
    await bench.wait(60);
    expect(new Set(bench.alarms)).toEqual(new Set(['SETTLEMENT_SUPPLIER_SHORT']));
    expect(await bench.balances()).toEqual([2_000_000, 2_000_000, 2_000_000, 2_000_000]);
  });

  it('proves a payment to the member it belongs to', async () => {
    await bench.start();
    await bench.publishRegistry();
    await bench.publish(IntervalCleared, ...period(0));
    await bench.wait(60);
    const proofs = await bench.get<MemberProofs>(`/proofs/${at(0)}/final/home-2`);
    expect(proofs.leaves.map(({ leaf }) => leaf.kind)).toEqual(['trade', 'account']);
    expect(proofs.commit).toBe('final');
    expect(await areProven(bench.chain, bench.contracts, proofs)).toBe(true);
    expect(await bench.get(`/proofs/${at(0)}/final/home-9`)).toMatchObject({ code: 'SETTLEMENT_PROOF_NOT_FOUND' });
  });

  it('M2 settles each run exactly once whichever effects a crash falls between', async () => {
    const lives = { count: 0, isDead: true };
    const revive = async (): Promise<void> => {
      lives.count += 1;
      lives.isDead = false;
      const die = (): void => void (lives.isDead = true);
      const effects = new CrashingEffects(4 + (lives.count % 2 === 0 ? 1 : 0));
      await bench.start({ effects, onCrash: die }).catch(die);
    };
    await revive();
    const delivered = [
      bench.bus.publish([
        ...recordsOf(CommunityConfigured, bench.community()),
        ...recordsOf(MandateSigned, ...signedMandates()),
      ]),
      bench.bus.publish(recordsOf(IntervalCleared, ...period(0))),
    ];
    for (let quiet = 0; quiet < 3 && lives.count < 60; quiet += 1) {
      await bench.wait(15);
      if (lives.isDead) [quiet] = [0, await revive()];
    }
    await Promise.all(delivered);
    expect(lives.count).toBeGreaterThan(5);
    expect(await bench.commitsOnChain()).toEqual(['0 0', '0 1', '1 0', '1 1']);
    expect(await bench.balances()).toEqual([2_300_000, 1_660_000, 2_040_000, 2_000_000]);
    expect(new Set(bench.settled.map((each) => `${each.run} ${each.intervalStart}`)).size).toBe(4);
  });
});
