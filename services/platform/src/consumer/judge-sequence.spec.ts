import { describe, expect, it } from 'vitest';
import { judgeSequence, type NumberedEvent, type SequenceVerdict } from './judge-sequence.ts';
import { SequenceLedger, type LedgerEntry } from './sequence-ledger.ts';

const KEPT = { isKnown: false, isCompacted: false };
const TABLE = { isKnown: false, isCompacted: true };
const KNOWN = { isKnown: true, isCompacted: false };

describe('the number of an event', () => {
  const cases: [string, number | undefined, NumberedEvent, SequenceVerdict][] = [
    ['the baseline, where it is the first of its key', undefined, { sequence: 57, ...KEPT }, 'first'],
    ['the baseline of a table', undefined, { sequence: 57, ...TABLE }, 'first'],
    ['fine, where it is the next', 7, { sequence: 8, ...KEPT }, 'next'],
    ['a gap, where one was left out', 7, { sequence: 9, ...KEPT }, 'gap'],
    ['fine in a table, which keeps the newest alone', 7, { sequence: 90, ...TABLE }, 'next'],
    ['a duplicate, where the id is known', 7, { sequence: 7, ...KNOWN }, 'known'],
    ['a duplicate, however old', 7, { sequence: 2, ...KNOWN }, 'known'],
    ['a duplicate, however new', 7, { sequence: 9, ...KNOWN }, 'known'],
    ['out of order, where it comes late', 7, { sequence: 6, ...KEPT }, 'disorder'],
    ['out of order, where two events share it', 7, { sequence: 7, ...KEPT }, 'disorder'],
    ['stale in a table, where a newer one was taken', 7, { sequence: 6, ...TABLE }, 'stale'],
    ['out of order in a table, where two events share it', 7, { sequence: 7, ...TABLE }, 'disorder'],
  ];

  it.each(cases)('is %s', (_name, ...[last, event, verdict]) => {
    expect(judgeSequence(last, event)).toBe(verdict);
  });
});

describe('the numbers of a batch', () => {
  const entry = (sequence: number | undefined, more: Partial<LedgerEntry> = {}): LedgerEntry => ({
    ...KEPT,
    topic: 'market.order-placed.v1',
    key: 'a',
    eventId: `a-${sequence}`,
    isSound: true,
    sequence,
    ...more,
  });

  it('are followed key by key, and name what is missing', () => {
    const ledger = new SequenceLedger(new Map([['a', 3]]));
    const verdicts = [entry(4), entry(8), entry(5), entry(9), entry(1, { key: 'b' }), entry(3, { key: 'b' })];
    expect(verdicts.map((each) => ledger.take(each))).toEqual(['next', 'gap', 'disorder', 'next', 'first', 'gap']);
    expect(ledger.breaks.map(({ kind, key, expected, found }) => [kind, key, expected, found])).toEqual([
      ['gap', 'a', 5, 8],
      ['disorder', 'a', 9, 5],
      ['gap', 'b', 2, 3],
    ]);
    expect(ledger.tallies.get('a')).toEqual({ last: 9, gaps: 1, disorders: 1, lastGap: '5-7' });
    expect([...ledger.brokenTallies.keys()]).toEqual(['a', 'b']);
  });

  it('are not judged where a record has none', () => {
    const ledger = new SequenceLedger(new Map([['a', 3]]));
    expect(ledger.take(entry(undefined))).toBe('unjudged');
    expect(ledger.take(entry(4))).toBe('next');
  });

  it('move on over what is no event of its topic where it is the very next, and believe it nothing else', () => {
    const ledger = new SequenceLedger(new Map([['a', 3]]));
    const poison = { isSound: false };
    expect([entry(4, poison), entry(900, poison), entry(2, poison), entry(5)].map((each) => ledger.take(each))).toEqual(
      ['next', 'unjudged', 'unjudged', 'next'],
    );
    expect(new SequenceLedger(new Map()).take(entry(900, poison))).toBe('unjudged');
  });
});
