import { linesOf, type Crc, type LogChange, type LogLine } from './log-line.ts';
import type { Numbers } from './number-records.ts';

/** What a segment of the log holds. */
export interface SegmentContent {
  /** Position of its first record, and the one behind its last. */
  readonly first: number;
  readonly next: number;
  /** Records that were not shed. */
  readonly rows: number;
  /** Bytes of whole lines; what lies behind them is nobody's. */
  readonly bytes: number;
  /** Number of the newest record of each topic and key before it. */
  readonly numbers: Numbers;
  /** True where records were shed of it. */
  readonly isThinned: boolean;
}

/**
 * Reads a segment. What did not reach the disk was never acknowledged to anyone: it is left out from its first torn line on, and so is
 * what a killed process wrote after its successor had begun the segment at `before`. A damaged line that was on the disk, as
 * the lines behind it or the next segment say, is returned as its number: the log cannot be trusted beyond it.
 * `onChange` is called with each change in order. O(bytes).
 *
 * Example: a header, two whole lines and half of a third give the content of two, and `bytes` to go on at.
 */
export function scanSegment(
  bytes: Uint8Array,
  crc32: Crc,
  about: { before?: number | undefined; onChange?: (change: LogChange) => void } = {},
): SegmentContent | { readonly damagedLine: number } {
  const { before = Number.POSITIVE_INFINITY, onChange } = about;
  let content: SegmentContent | undefined;
  let line = 0;
  let torn: { readonly line: number; readonly start: number } | undefined;
  for (const found of linesOf(bytes, crc32)) {
    line += 1;
    if (found === undefined) {
      torn ??= { line, start: content?.bytes ?? 0 };
      continue;
    }
    if (torn !== undefined && found.synced <= torn.start) continue;
    if (torn !== undefined) return { damagedLine: torn.line };
    const { first, span, rows, end } = found;
    if (first + span > before) break;
    content = content ? { ...content, next: first + span, rows: content.rows + rows, bytes: end } : headed(found);
    onChange?.(found.change());
  }
  const isShort = content !== undefined && !content.isThinned && about.before !== undefined && content.next < before;
  return content === undefined || isShort ? { damagedLine: torn?.line ?? line + 1 } : content;
}

function headed({ first, end, change }: LogLine): SegmentContent {
  const { numbers = {}, set } = change();
  return { first, next: first, rows: 0, bytes: end, numbers, isThinned: set === undefined };
}

/** Sets and removes the values of a change. */
export function applyValues(values: Map<string, unknown>, change: LogChange): void {
  for (const [key, value] of Object.entries(change.set ?? {})) {
    if (value === null) values.delete(key);
    else values.set(key, value);
  }
}
