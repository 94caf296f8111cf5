import { formatLine, linesOf, type Crc } from './log-line.ts';
import { lineOf } from './number-records.ts';

/** A segment without what was shed of it. */
export interface ThinnedSegment {
  readonly text: string;
  /** Records left. */
  readonly rows: number;
  /** Records shed, by topic and key. */
  readonly shed: ReadonlyMap<string, number>;
}

/** All of it is on the disk before it counts. */
const HEAD = { span: 0, rows: 0, synced: Number.MAX_SAFE_INTEGER };

/**
 * A segment without the records whose topic may be shed, and without values: those of an older segment are superseded by the first
 * line of a newer one. What is left keeps its positions. O(bytes).
 *
 * Example: header, reading and metering of one poll: header and metering, one shed.
 */
export function thinSegment(bytes: Uint8Array, crc32: Crc, isSheddable: (topic: string) => boolean): ThinnedSegment {
  const shed = new Map<string, number>();
  const lines: string[] = [];
  let rows = 0;
  for (const line of linesOf(bytes, crc32)) {
    if (line === undefined) continue;
    const { out = [], at, numbers } = line.change();
    const kept: { record: (typeof out)[number]; at: number }[] = [];
    for (const [index, record] of out.entries()) {
      if (isSheddable(record.topic)) shed.set(lineOf(record), (shed.get(lineOf(record)) ?? 0) + 1);
      else kept.push({ record, at: at?.[index] ?? index });
    }
    rows += kept.length;
    if (numbers !== undefined) lines.push(formatLine({ ...HEAD, first: line.first }, { numbers }, crc32));
    else if (kept.length > 0) {
      const change = { out: kept.map(({ record }) => record), at: kept.map((entry) => entry.at) };
      lines.push(formatLine({ ...HEAD, first: line.first, span: line.span, rows: kept.length }, change, crc32));
    }
  }
  return { text: lines.join(''), rows, shed };
}
