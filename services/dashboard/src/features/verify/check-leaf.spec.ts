import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { digestHeaders } from '@wattmesh/settlement/digest-headers';
import { checkLeaves, checkPaths } from './check-leaf.ts';
import { checkRoot } from './check-root.ts';
import type { MemberProofs, ProvenLeaf } from './evidence.ts';
import type { Step } from './step.ts';
import { history, intervalStart, proofsOfVectors, vectors } from './testing/a-proof.ts';

const { chainId, settlement, communityId } = vectors;
const home = { chainId, settlement, communityId, intervalStart };
const every = proofsOfVectors.flatMap(({ run, proofs }) => proofs.leaves.map((leaf) => ({ run, proofs, leaf })));
const facts = {
  chainId,
  hasContract: true,
  ring: { isCommitted: true, run: history.length - 1, digest: digestHeaders(history) },
};

/** All that a browser checks of a leaf without the node, and the root with it. */
function check(run: string, proofs: MemberProofs, leaf: ProvenLeaf): Step[] {
  const evidence = [{ run, proofs, leaf }];
  const root = checkRoot({ chainId, roots: evidence, history }, facts);
  return [checkLeaves(evidence, home), checkPaths(evidence), root];
}
const isRefused = (steps: readonly Step[]): boolean => steps.some((step) => step.verdict === 'refused');
const verdicts = (steps: readonly Step[]): string[] => steps.map((step) => step.verdict);

function flipBit(hex: string, bit: number): string {
  const digit = 2 + (bit >> 2);
  const flipped = Number.parseInt(hex[digit]!, 16) ^ (1 << (bit & 3));
  return `${hex.slice(0, digit)}${flipped.toString(16)}${hex.slice(digit + 1)}`;
}

describe('a proof in this browser', () => {
  it('accepts every leaf of the vectors', () => {
    expect(every.length).toBeGreaterThan(10);
    for (const { run, proofs, leaf } of every)
      expect(verdicts(check(run, proofs, leaf))).toEqual(['proven', 'proven', 'proven']);
  });

  it('refuses any single changed bit of salt, leaf hash, path or root', () => {
    const targets = fc.constantFrom('salt', 'hash', 'sibling', 'root', 'settlement');
    fc.assert(
      fc.property(fc.constantFrom(...every), targets, fc.nat(), ({ run, proofs, leaf }, target, seed) => {
        const siblings = [...leaf.siblings];
        const at = seed % Math.max(1, siblings.length);
        if (target === 'sibling' && siblings.length > 0) siblings[at] = flipBit(siblings[at]!, (seed >> 3) % 256);
        else if (target === 'sibling') siblings.push(proofs.root);
        const { place } = leaf;
        const changed: ProvenLeaf = {
          ...leaf,
          siblings,
          hash: target === 'hash' ? flipBit(leaf.hash, seed % 256) : leaf.hash,
          place: {
            ...place,
            salt: target === 'salt' ? flipBit(place.salt, seed % 128) : place.salt,
            settlement:
              target === 'settlement' ? flipBit(place.settlement.toLowerCase(), seed % 160) : place.settlement,
          },
        };
        const root = target === 'root' ? flipBit(proofs.root, seed % 256) : proofs.root;
        expect(isRefused(check(run, { ...proofs, root }, changed))).toBe(true);
      }),
      { numRuns: 400 },
    );
  });

  it('refuses any changed number or name of the content, and any other place', () => {
    const change = fc.record({ picked: fc.nat(), by: fc.integer({ min: 1, max: 1_000_000 }) });
    fc.assert(
      fc.property(fc.constantFrom(...every), change, ({ run, proofs, leaf }, { picked, by }) => {
        const fields = Object.entries({ ...leaf.leaf.fields });
        const [name, value] = fields[picked % fields.length]!;
        const other = typeof value === 'number' ? value + by : value.startsWith('0x') ? flipBit(value, by % 256) : 'x';
        const content = { ...leaf.leaf, fields: { ...leaf.leaf.fields, [name]: other } } as ProvenLeaf['leaf'];
        expect(isRefused(check(run, proofs, { ...leaf, leaf: content }))).toBe(true);
        for (const part of ['index', 'interval', 'run', 'chainId'] as const) {
          const place = { ...leaf.place, [part]: leaf.place[part] + by };
          expect(isRefused(check(run, proofs, { ...leaf, place }))).toBe(true);
        }
      }),
      { numRuns: 150 },
    );
  });

  it('refuses a sound leaf of another chain, contract, community, interval or run', () => {
    const [{ run, proofs, leaf }] = every as [(typeof every)[number]];
    const elsewhere = [
      { chainId: chainId + 1 },
      { settlement: flipBit(settlement.toLowerCase(), 0) },
      { communityId: 'hamlet' },
      { intervalStart: '2026-07-06T12:00:00.000Z' },
    ];
    for (const change of elsewhere)
      expect(checkLeaves([{ run, proofs, leaf }], { ...home, ...change }).verdict).toBe('refused');
    expect(checkLeaves([{ run: 'correction-9', proofs, leaf }], home).verdict).toBe('refused');
  });

  it('refuses a trade at the index of an account row', () => {
    const { run, proofs, leaf } = every.find((each) => each.leaf.leaf.kind === 'trade')!;
    expect(check(run, { ...proofs, tradeCount: leaf.place.index }, leaf)[1]!.verdict).toBe('refused');
  });

  it('refuses a whole tree made up anew: the chain holds another root', () => {
    const { run, proofs, leaf } = every.find((each) => each.proofs.leafCount === 1)!;
    const salt = flipBit(leaf.place.salt, 5);
    const unhashed = { ...leaf, place: { ...leaf.place, salt } };
    const hash = checkLeaves([{ run, proofs, leaf: unhashed }], home).compared.at(-1)!.found as string;
    const invented = { ...unhashed, hash };
    expect(verdicts(check(run, { ...proofs, root: hash }, invented))).toEqual(['proven', 'proven', 'refused']);
  });
});
