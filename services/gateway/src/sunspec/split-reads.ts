export interface Span {
  address: number;
  count: number;
}
/** Registers as read, the first of them at `address`. */
export interface Block {
  readonly address: number;
  readonly words: Uint16Array;
}
export interface SplitOptions {
  /** Registers per request; the protocol allows 125. */
  maxRegisters?: number;
  /** Unwanted registers worth reading to save a request. */
  maxGap?: number;
}

/**
 * Fewest requests that read every span whole: sorted, merged while the hole between them is at most `maxGap` and the
 * request stays within `maxRegisters`; greedy, which is optimal for intervals on a line. A span is never cut, so no request
 * goes through a multi-register point. Precondition: no span is longer than `maxRegisters`.
 *
 * Example: spans 0..1 and 10..11 are one request of 12 registers at 0.
 */
export function splitReads(spans: readonly Span[], options: SplitOptions = {}): Span[] {
  const { maxRegisters = 125, maxGap = 32 } = options;
  const requests: Span[] = [];
  let last: Span | undefined;
  for (const span of [...spans].sort((a, b) => a.address - b.address)) {
    if (span.count > maxRegisters)
      throw new RangeError(`${span.count} registers at ${span.address} exceed ${maxRegisters}`);
    const end = span.address + span.count;
    const fits =
      last !== undefined && span.address - (last.address + last.count) <= maxGap && end - last.address <= maxRegisters;
    if (last !== undefined && fits) {
      last.count = Math.max(last.count, end - last.address);
    } else {
      last = { address: span.address, count: span.count };
      requests.push(last);
    }
  }
  return requests;
}
