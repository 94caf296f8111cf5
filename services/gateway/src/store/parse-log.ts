import type { OutgoingRecord } from '@wattmesh/platform';

/** A record waiting to be published, or kept until it is acknowledged. */
export interface StoredRecord {
  /** Position in the site's log of records; never used twice. */
  readonly position: number;
  readonly record: OutgoingRecord;
}

/** One atomic change of a site's log: values set (null removes), records added. */
export interface LogChange {
  readonly set?: Readonly<Record<string, unknown>>;
  readonly out?: readonly StoredRecord[];
  /** In a compacted log: position the next record gets, even where none is left. */
  readonly nextPosition?: number;
}

/** Everything a log says. */
export interface LogContent {
  readonly values: Map<string, unknown>;
  readonly records: StoredRecord[];
  readonly nextPosition: number;
  /** Bytes of whole lines; anything behind them is a torn last line. */
  readonly wholeBytes: number;
}

const CRC_DIGITS = 8;

/** One line of the log: checksum, change. */
export function formatLine(change: LogChange, crc32: (text: string) => number): string {
  const json = JSON.stringify(change);
  return `${crc32(json).toString(16).padStart(CRC_DIGITS, '0')} ${json}\n`;
}

/**
 * Replays a log. A last line that is torn (no line end, or a wrong checksum) was never acknowledged to anyone: it is left out. A
 * damaged line before others is returned as its number: the log cannot be trusted beyond it.
 *
 * Example: two whole lines and half of a third give the content of two, and `wholeBytes` to cut the file at.
 */
export function parseLog(
  bytes: Uint8Array,
  crc32: (text: string) => number,
): LogContent | { readonly damagedLine: number } {
  const values = new Map<string, unknown>();
  const records: StoredRecord[] = [];
  let [nextPosition, wholeBytes, line] = [0, 0, 0];
  for (let end = bytes.indexOf(LF, wholeBytes); end !== -1; end = bytes.indexOf(LF, wholeBytes)) {
    line += 1;
    const change = parseLine(new TextDecoder().decode(bytes.subarray(wholeBytes, end)), crc32);
    if (change === undefined) {
      if (end + 1 < bytes.length) return { damagedLine: line };
      break;
    }
    applyValues(values, change);
    for (const stored of change.out ?? []) records.push(stored);
    nextPosition = Math.max(nextPosition, change.nextPosition ?? 0, (change.out?.at(-1)?.position ?? -1) + 1);
    wholeBytes = end + 1;
  }
  return { values, records, nextPosition, wholeBytes };
}

/** Sets and removes the values of a change. */
export function applyValues(values: Map<string, unknown>, change: LogChange): void {
  for (const [key, value] of Object.entries(change.set ?? {})) {
    if (value === null) values.delete(key);
    else values.set(key, value);
  }
}

const LF = 0x0a;

function parseLine(text: string, crc32: (text: string) => number): LogChange | undefined {
  const json = text.slice(CRC_DIGITS + 1);
  if (text[CRC_DIGITS] !== ' ' || Number.parseInt(text.slice(0, CRC_DIGITS), 16) !== crc32(json)) return undefined;
  return JSON.parse(json) as LogChange;
}
