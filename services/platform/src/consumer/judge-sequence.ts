/** What an event's number says, held against the last number that the consumer took of its topic and key. */
export type SequenceVerdict = 'first' | 'next' | 'known' | 'gap' | 'disorder' | 'stale';

/** An event as far as its number goes. */
export interface NumberedEvent {
  /** `ce_sequence`: counts the events of a topic and key from 1. */
  sequence: number;
  /** Whether the consumer has seen its id. */
  isKnown: boolean;
  /** Whether its topic is a table: the broker drops what is not the newest of a key. */
  isCompacted: boolean;
}

/**
 * Judges one event by its number. The first of a key is the baseline, whatever its number, since a broker keeps only so much.
 * A known id is a duplicate. In a topic kept in full a number left out is a `gap` and one that comes late a `disorder`. In a
 * table gaps are the rule, and what is older than the newest taken is `stale`: it must not replace what is newer. O(1).
 *
 * @example judgeSequence(7, { sequence: 9, isKnown: false, isCompacted: false }) // 'gap': 8 is missing
 */
export function judgeSequence(last: number | undefined, event: NumberedEvent): SequenceVerdict {
  const { sequence, isKnown, isCompacted } = event;
  if (isKnown) return 'known';
  if (last === undefined) return 'first';
  if (sequence > last) return sequence === last + 1 || isCompacted ? 'next' : 'gap';
  return isCompacted && sequence < last ? 'stale' : 'disorder';
}
