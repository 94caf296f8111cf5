import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodeMandate, hashMandate, packDeltas, runNumber } from '../src/index.ts';
import { startTestChain, type TestChain } from '../src/test-chain.link.ts';
import { makeVectors } from './make-vectors.ts';
import { referenceAccount, referenceRoot, referenceTrade, type AccountLeaf, type TradeLeaf } from './reference-tree.ts';
import { deployVillage, idOf, mined, type Village } from './village.ts';

const vectors = makeVectors();

describe('vectors that hold every implementation of the tree together', () => {
  let chain: TestChain;
  let village: Village;
  const history = vectors.trees.map((tree) => ({
    interval: vectors.interval,
    run: tree.run,
    tradeCount: tree.tradeCount,
    leafCount: tree.leafCount,
    sharedWh: 0,
    priceMicroPerKwh: -1,
    root: tree.root,
    dataHash: tree.root,
  }));

  beforeAll(async () => {
    chain = await startTestChain();
    village = await deployVillage(chain);
    await mined(village.settlement.commit(history));
  });
  afterAll(() => chain.close());

  const verify = (
    tree: (typeof vectors.trees)[number],
    leaf: (typeof tree.leaves)[number],
    changes: object = {},
  ): Promise<boolean> => {
    const proof = { index: leaf.index, salt: leaf.salt, siblings: leaf.siblings, ...changes };
    if (leaf.kind === 'account') {
      const row = leaf.fields as AccountLeaf;
      return village.settlement.verifyAccount(history, tree.run, { ...row, memberId: idOf(row.memberId) }, proof);
    }
    const trade = leaf.fields as TradeLeaf;
    return village.settlement.verifyTrade(
      history,
      tree.run,
      { ...trade, seller: idOf(trade.seller), buyer: idOf(trade.buyer) },
      proof,
    );
  };

  it('is what the generator writes', () => {
    expect(JSON.parse(readFileSync(new URL('vectors.json', import.meta.url), 'utf8'))).toEqual(vectors);
  });

  it('was made for the address at which the test chain deploys', () => {
    expect(village.contracts.settlement).toBe(vectors.settlement);
  });

  it.each(vectors.trees.map((tree) => [tree.leafCount, tree] as const))(
    'verifies every leaf of a tree of %i on chain',
    async (_, tree) => {
      const verdicts = await Promise.all(tree.leaves.map((leaf) => verify(tree, leaf)));
      expect(verdicts).toEqual(tree.leaves.map(() => true));
    },
  );

  it('refuses a leaf at another index, with another salt, a proof too short or too long', async () => {
    const tree = vectors.trees.find(({ leafCount }) => leafCount === 5)!;
    for (const leaf of tree.leaves) {
      const others = tree.leaves.map(({ index }) => index).filter((index) => index !== leaf.index);
      const changes = [
        ...[...others, 5, 7, 8, leaf.index + 8, 2 ** 32 - 1].map((index) => ({ index })),
        { salt: tree.leaves[(leaf.index + 1) % 5]!.salt },
        { siblings: leaf.siblings.slice(1) },
        { siblings: [...leaf.siblings, leaf.siblings[0]] },
      ];
      const verdicts = await Promise.all(changes.map((change) => verify(tree, leaf, change)));
      expect(verdicts).toEqual(changes.map(() => false));
    }
  });

  it('refuses changed fields and a leaf of another run', async () => {
    const [first, second] = [vectors.trees[3]!, vectors.trees[4]!];
    const trade = first.leaves[0]!;
    expect(await verify(first, { ...trade, fields: { ...(trade.fields as TradeLeaf), amountMicro: 1 } })).toBe(false);
    expect(await verify(second, trade)).toBe(false);
    expect(await verify({ ...second, run: 99 }, trade)).toBe(false);
  });

  it('keeps earlier runs provable only with the whole history, in order', async () => {
    const leaf = vectors.trees[3]!.leaves[0]!;
    const trade = leaf.fields as TradeLeaf;
    const args = [3, { ...trade, seller: idOf(trade.seller), buyer: idOf(trade.buyer) }, leaf] as const;
    expect(await village.settlement.verifyTrade(history, ...args)).toBe(true);
    expect(await village.settlement.verifyTrade(history.slice(0, 5), ...args)).toBe(false);
    expect(await village.settlement.verifyTrade([history[3]], ...args)).toBe(false);
    expect(await village.settlement.verifyTrade(history.toReversed(), ...args)).toBe(false);
    expect(await village.settlement.verifyTrade([], ...args)).toBe(false);
    const forged = history.map((header) => ({ ...header, sharedWh: 1 }));
    expect(await village.settlement.verifyTrade(forged, ...args)).toBe(false);
  });

  it('never lets an account row pass as a trade nor a trade as an account row', async () => {
    const tree = vectors.trees[3]!;
    const [trade, account] = [tree.leaves[0]!, tree.leaves[2]!];
    expect(await verify(tree, { ...account, kind: 'trade', fields: trade.fields })).toBe(false);
    expect(await verify(tree, { ...trade, kind: 'account', fields: account.fields })).toBe(false);
  });

  it('holds an operator to the counts in its header: no trade among the account rows, no account row among the trades, no other depth', async () => {
    const trade = vectors.trees[3]!.leaves[0]!.fields as TradeLeaf;
    const row = vectors.trees[3]!.leaves[2]!.fields as AccountLeaf;
    const salt = `0x${'5a'.repeat(16)}`;
    const place = (index: number, run: number) => ({ ...vectors, interval: vectors.interval + 1, run, index, salt });
    const counts = [
      [1, 2],
      [0, 2],
      [2, 2],
      [1, 3],
      [1, 1],
    ] as const;
    const leavesOf = (run: number) => [referenceTrade(place(0, run), trade), referenceAccount(place(1, run), row)];
    const headers = counts.map(([tradeCount, leafCount], run) => {
      const root = referenceRoot(leavesOf(run));
      return { ...history[0]!, interval: vectors.interval + 1, run, tradeCount, leafCount, root };
    });
    await mined(village.settlement.commit(headers));
    const onChainTrade = { ...trade, seller: idOf(trade.seller), buyer: idOf(trade.buyer) };
    const onChainRow = { ...row, memberId: idOf(row.memberId) };
    const verdicts = await Promise.all(
      counts.map((_, run) => {
        const [first, second] = leavesOf(run);
        return Promise.all([
          village.settlement.verifyTrade(headers, run, onChainTrade, { index: 0, salt, siblings: [second] }),
          village.settlement.verifyAccount(headers, run, onChainRow, { index: 1, salt, siblings: [first] }),
        ]);
      }),
    );
    expect(verdicts).toEqual([
      [true, true],
      [false, true],
      [true, false],
      [false, false],
      [false, false],
    ]);
  });

  it.each(vectors.mandates)('hashes a mandate alike on and off chain', async ({ mandate, hash }) => {
    expect(hashMandate(mandate)).toBe(hash);
    expect(await village.settlement.hashMandate(encodeMandate(mandate))).toBe(hash);
  });

  it.each(vectors.batches)('packs a batch into $packed', ({ deltas, packed }) => {
    expect(packDeltas(new Map(Object.entries(deltas).map(([key, delta]) => [Number(key), BigInt(delta)])))).toBe(
      packed,
    );
  });

  it.each(vectors.meterings)('hashes a metering as the gateway signs it', async ({ metering, sha256 }) => {
    const { startImportWh, endImportWh, startExportWh, endExportWh } = metering.counters;
    const onChain = {
      meterId: idOf(metering.meterId),
      start: Date.parse(metering.intervalStart) / 1000,
      importWh: metering.importWh,
      exportWh: metering.exportWh,
      counters: [startImportWh, endImportWh, startExportWh, endExportWh],
      quality: 1,
      run: runNumber(metering.run),
    };
    expect(await village.registry.hashMetering(onChain)).toBe(sha256);
  });
});
