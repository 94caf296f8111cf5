import type { ConsumedEvent, DeadLetter } from './consumer-store.ts';
import type { LedgerEntry } from './sequence-ledger.ts';

/**
 * How the sequence ledger sees an event or a letter.
 *
 * @example ledger.take(ledgerEntryOf(event, false)) // 'next'
 */
export function ledgerEntryOf(item: ConsumedEvent | DeadLetter, isKnown: boolean): LedgerEntry {
  const { id, sequence, record, isCompacted } = item;
  const isSound = 'isSound' in item ? item.isSound : true;
  return { eventId: id, sequence, topic: record.topic, key: record.key, isCompacted, isKnown, isSound };
}
