import { keccak256 } from 'ethers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { depositFor } from '../src/index.ts';
import { startTestChain, type TestChain } from '../src/test-chain.link.ts';
import { referenceProof, referenceRoot, referenceTrade, rootOfProof, type Place } from './reference-tree.ts';
import {
  COMMUNITY,
  FIRST,
  aBatch,
  aHeader,
  commitIntervals,
  deployVillage,
  encodeMandateOf,
  idOf,
  mined,
  type Village,
} from './village.ts';

const RING = 8_192;
const MEMBERS = 1_000;
/** One in each word of four accounts: the costly case. */
const DEBTORS = MEMBERS / 4;
const SLOT_CREATION_GAS = 20_000;

interface Step {
  op: string;
  gasCost: number;
}

/** Storage words that a transaction made out of nothing. */
async function newSlotsOf(chain: TestChain, hash: string): Promise<number> {
  const trace = (await chain.provider.request({
    method: 'debug_traceTransaction',
    params: [hash, { disableMemory: true, disableStack: true, disableStorage: true }],
  })) as { structLogs: Step[] };
  const writes = trace.structLogs.filter(({ op }) => op === 'SSTORE');
  expect(writes.length).toBeGreaterThan(0);
  return writes.filter(({ gasCost }) => gasCost >= SLOT_CREATION_GAS).length;
}

describe.each(['osaka', 'amsterdam'] as const)('gas under the rules of %s', (hardfork) => {
  let chain: TestChain;
  let village: Village;
  const figures: string[] = [];
  const note = (what: string, gas: bigint | number) => figures.push(`  ${what.padEnd(58)} ${gas}`);
  const allowance = hardfork === 'osaka' ? 1 : 1.7;

  beforeAll(async () => {
    chain = await startTestChain({ hardfork });
    village = await deployVillage(chain, { homes: 0 });
    await commitIntervals(village, 8);
    await mined(village.settlement.commit([aHeader(RING - 1), aHeader(RING), aHeader(RING + 1)]));
  });
  afterAll(async () => {
    console.log(`gas, ${hardfork}\n${figures.join('\n')}`);
    await chain.close();
  });

  it('commits an interval for at most 45,000 gas and no new word, once round the ring', async () => {
    const sent = await village.settlement.commit([
      aHeader(RING + 2, { tradeCount: 900n, leafCount: 1900n, sharedWh: 123_456n, priceMicroPerKwh: -135_791n }),
    ]);
    const receipt = await sent.wait();
    note('commit, steady state', receipt!.gasUsed);
    expect(Number(receipt!.gasUsed)).toBeLessThanOrEqual(45_000 * allowance);
    expect(await newSlotsOf(chain, sent.hash)).toBe(0);
    const next = await village.settlement.commit([aHeader(RING + 2, { run: 1n }), aHeader(RING + 3)]);
    note('commit, final of one interval and preliminary of the next', (await next.wait())!.gasUsed);
    expect(await newSlotsOf(chain, next.hash)).toBe(0);
  });

  it('counts a new word where there is one', async () => {
    const sent = await village.settlement.commit([aHeader(RING + 100)]);
    note('commit, first time round the ring', (await sent.wait())!.gasUsed);
    expect(await newSlotsOf(chain, sent.hash)).toBe(1);
  });

  it('proves one of 10,000 trades for at most 60,000 gas', async () => {
    const place = (index: number): Place => ({
      chainId: chain.chainId,
      settlement: village.contracts.settlement,
      communityId: COMMUNITY,
      interval: FIRST + RING + 101,
      run: 0,
      index,
      salt: `0x${'ab'.repeat(16)}`,
    });
    const trade = {
      seller: 'home-1',
      buyer: 'home-2',
      energyWh: 1234,
      priceMicroPerKwh: 135_000,
      amountMicro: 166_590,
    };
    const leaves = [
      referenceTrade(place(0), trade),
      ...Array.from({ length: 63 }, (_, i) => keccak256(`0x${(i + 10).toString(16).padStart(2, '0')}`)),
    ];
    const levels = Array.from({ length: 8 }, (_, i) => keccak256(`0x${(i + 90).toString(16).padStart(2, '0')}`));
    const siblings = [...referenceProof(leaves, 0), ...levels];
    const header = aHeader(RING + 101, {
      tradeCount: 10_000n,
      leafCount: 16_000n,
      root: rootOfProof(leaves[0]!, 0, siblings),
    });
    expect(referenceRoot(leaves)).toBe(rootOfProof(leaves[0]!, 0, siblings.slice(0, 6)));
    await mined(village.settlement.commit([header]));
    const args = [
      [header],
      0,
      { ...trade, seller: idOf('home-1'), buyer: idOf('home-2') },
      { index: 0, salt: place(0).salt, siblings },
    ];
    expect(await village.settlement.verifyTrade(...args)).toBe(true);
    const gas = await village.settlement.verifyTrade.estimateGas(...args);
    note('verifyTrade, depth 14, as a transaction', gas);
    expect(Number(gas)).toBeLessThanOrEqual(60_000 * allowance);
  });
});

describe('gas of a period', () => {
  let chain: TestChain;
  let village: Village;
  const figures: string[] = [];

  beforeAll(async () => {
    chain = await startTestChain();
    village = await deployVillage(chain, { homes: 0 });
  });
  afterAll(async () => {
    console.log(`gas, osaka, 1,000 accounts, steady state: ${figures.at(-1)}`);
    await chain.close();
  });

  it('executes 1,000 accounts for at most 2,600 gas each, so without a new word', async () => {
    const members = Array.from({ length: MEMBERS }, (_, i) => [
      idOf(`home-${i}`),
      chain.walletAt(1 + (i % 19)).address,
    ]);
    for (let from = 0; from < MEMBERS; from += 200)
      await mined(village.registry.registerMembers(members.slice(from, from + 200)));
    await depositFor(village.operator, village.contracts, [{ memberId: 'home-0', totalMicro: 1_000_000_000 }]);
    for (let i = 0; i < DEBTORS; i += 1) {
      const memberIndex = i * (MEMBERS / DEBTORS);
      const args = await encodeMandateOf(village, memberIndex, {
        expiresAt: '2030-01-01T00:00:00.000Z',
        capMicroPerPeriod: 900_000_000,
      });
      await mined(village.settlement.setMandate(...args, { gasLimit: 300_000 }));
    }
    await commitIntervals(village, 12);
    const start = FIRST;
    const endow = Object.fromEntries(
      Array.from({ length: MEMBERS }, (_, i) => [i, i === 0 ? -(MEMBERS - 1) * 500_000 : 500_000]),
    );
    const trades = Object.fromEntries(
      Array.from({ length: MEMBERS }, (_, i) => [i, i % (MEMBERS / DEBTORS) === 0 ? -3 * 6_345 : 6_345]),
    );
    for (const [index, deltas] of [endow, trades, trades].entries()) {
      const { packed, netHash } = aBatch(deltas);
      const opened = await village.settlement.openPeriod(index + 1, start + 4 * index, 4, netHash);
      const sent = await village.settlement.execute(index + 1, start + 4 * index, 4, packed);
      const { gasUsed } = (await sent.wait())!;
      if (index === 0) continue;
      figures.push(`openPeriod ${(await opened.wait())!.gasUsed}, execute ${Number(gasUsed) / MEMBERS} an account`);
      expect(Number(gasUsed)).toBeLessThanOrEqual(2_600 * MEMBERS);
    }
  });
});
