import { judgeSequence, type NumberedEvent, type SequenceVerdict } from './judge-sequence.ts';

/** A place where the numbers of a key do not follow each other. */
export interface SequenceBreak {
  kind: 'gap' | 'disorder';
  topic: string;
  key: string;
  expected: number;
  found: number;
  eventId: string;
}

/** An event on its way through the ledger. */
export interface LedgerEntry extends Omit<NumberedEvent, 'sequence'> {
  /** Absent where the record carries no number that can be read: then nothing is judged. */
  sequence: number | undefined;
  topic: string;
  key: string;
  eventId: string;
  /** False for what proved to be no event of its topic: its number counts only where it is the very next. */
  isSound: boolean;
}

/** What the ledger found out about one key. */
export interface KeyTally {
  last: number;
  gaps: number;
  disorders: number;
  /** Numbers of the last gap, as `from-to`. */
  lastGap: string | undefined;
}

/**
 * Follows the numbers of one consumer through a batch of one topic, key by key, from what was last taken of each. Entries come
 * in the order of the bus. O(1) per entry.
 *
 * @example new SequenceLedger(new Map([['home-1', 7]])).take(entry) // 'gap' where the entry's number is 9
 */
export class SequenceLedger {
  readonly breaks: SequenceBreak[] = [];
  readonly #tallies = new Map<string, KeyTally>();

  constructor(private readonly lasts: ReadonlyMap<string, number>) {}

  /** Keys whose numbers were judged. */
  get tallies(): ReadonlyMap<string, KeyTally> {
    return this.#tallies;
  }

  /** Keys whose numbers broke. */
  get brokenTallies(): ReadonlyMap<string, KeyTally> {
    return new Map([...this.#tallies].filter(([, { gaps, disorders }]) => gaps + disorders > 0));
  }

  /** `unjudged` where the number is missing, or that of no sound event: then it changes nothing. */
  take(entry: LedgerEntry): SequenceVerdict | 'unjudged' {
    const { sequence } = entry;
    if (sequence === undefined) return 'unjudged';
    const last = this.#tallies.get(entry.key)?.last ?? this.lasts.get(entry.key);
    if (!entry.isSound && sequence !== (last ?? Number.NaN) + 1) return 'unjudged';
    const verdict = judgeSequence(last, { ...entry, sequence });
    this.#note(entry, sequence, { verdict, last });
    return verdict;
  }

  #note(
    entry: LedgerEntry,
    found: number,
    { verdict, last }: { verdict: SequenceVerdict; last: number | undefined },
  ): void {
    const { topic, key, eventId } = entry;
    const tally = this.#tallies.get(key) ?? { last: last ?? found, gaps: 0, disorders: 0, lastGap: undefined };
    const expected = (last ?? found - 1) + 1;
    if (verdict === 'gap' || verdict === 'disorder') {
      this.breaks.push({ kind: verdict, topic, key, expected, found, eventId });
    }
    if (verdict === 'gap') {
      tally.gaps += 1;
      tally.lastGap = `${expected}-${found - 1}`;
    }
    if (verdict === 'disorder') tally.disorders += 1;
    tally.last = Math.max(tally.last, found);
    this.#tallies.set(key, tally);
  }
}
