import { digestHeaders } from '@wattmesh/settlement/digest-headers';
import { describe, expect, it } from 'vitest';
import { judgeLine, type Inquiry } from './judge-line.ts';
import { overallVerdict } from './step.ts';
import { history, intervalStart, proofsOfVectors, vectors } from './testing/a-proof.ts';

const { chainId, settlement, communityId } = vectors;
const { proofs } = proofsOfVectors.find((each) => each.run === 'preliminary')!;
const [account] = proofs.leaves.flatMap(({ leaf }) => (leaf.kind === 'account' ? [leaf.fields] : []));

const line: Inquiry['line'] = {
  lineId: '0',
  intervalStart,
  run: 'preliminary',
  bookedAt: intervalStart,
  kind: 'feedIn',
  matter: 'feedIn',
  amountMicro: account!.supplyMicro,
  onChain: false,
};
const ring = { isCommitted: true, run: history.length - 1, digest: digestHeaders(history) };
const answered: Inquiry = {
  memberId: account!.memberId,
  community: {
    communityId,
    supplierMemberId: 'supplier',
    chain: { chainId, settlement, registry: settlement, token: settlement },
  },
  line,
  lines: [line],
  proofs: { state: 'given', value: { own: proofs } },
  root: { state: 'given', value: { chainId, hasContract: true, ring } },
  payment: { state: 'waiting' },
};
const judge = (change: Partial<Inquiry>) => overallVerdict(judgeLine({ ...answered, ...change }));
const reasonOf = (change: Partial<Inquiry>, name: string) =>
  judgeLine({ ...answered, ...change }).find((step) => step.name === name)?.reason;

describe('judgeLine', () => {
  it('proves a line where every answer agrees', () => {
    expect(judge({})).toBe('proven');
  });

  it('never takes a missing answer for a refused one', () => {
    const away = { state: 'failed', reason: 'nodeAway', detail: 'gone' } as const;
    const silent = { state: 'failed', reason: 'proofAway', detail: 'gone' } as const;
    for (const change of [{ root: away }, { root: { state: 'waiting' } as const }, { proofs: silent }])
      expect(judge(change)).toBe('open');
    expect(reasonOf({ root: away }, 'root')).toBe('nodeAway');
  });

  it('refuses as soon as one step does, whatever is missing else', () => {
    const wrong = { ...line, amountMicro: line.amountMicro + 1 };
    expect(judge({ line: wrong, lines: [wrong], root: { state: 'waiting' } })).toBe('refused');
    const elsewhere = { ...answered.community, communityId: 'hamlet' };
    expect(judge({ community: elsewhere, root: { state: 'waiting' } })).toBe('refused');
  });

  it('looks at nothing further where the proof has no leaf for the line', () => {
    expect(judge({ memberId: 'home-9' })).toBe('refused');
    expect(reasonOf({ memberId: 'home-9' }, 'leaf')).toBe('stopped');
  });

  it('says that a trade waits for the execution of its period', () => {
    expect(reasonOf({ line: { ...line, onChain: true } }, 'payment')).toBe('notExecuted');
  });
});
