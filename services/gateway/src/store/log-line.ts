import type { OutgoingRecord } from '@wattmesh/platform';

/** Checksum of a text (as UTF-8) or of bytes. */
export type Crc = (data: string | Uint8Array) => number;

/** One atomic change of a site's log. */
export interface LogChange {
  /** Values by key; null removes one. */
  readonly set?: Readonly<Record<string, unknown>>;
  /** Records to publish. */
  readonly out?: readonly OutgoingRecord[];
  /** Where records of the change were shed: how far behind the line's first position each of `out` stands. */
  readonly at?: readonly number[];
  /** In the first line of a segment: number of the newest record of each topic and key before it. */
  readonly numbers?: Readonly<Record<string, number>>;
}

/** The positions a line takes: `span` of them from `first` on; `rows` records of them are left. */
export interface LineSpan {
  readonly first: number;
  readonly span: number;
  readonly rows: number;
  /** Bytes of the segment that were on the disk when the line was written. */
  readonly synced: number;
}

/** A whole line, its change not read yet. */
export interface LogLine extends LineSpan {
  readonly start: number;
  readonly end: number;
  /** Counted from 1. */
  readonly line: number;
  readonly change: () => LogChange;
}

const CRC_DIGITS = 8;
const LF = 0x0a;
const BRACE = 0x7b;
const ascii = new TextDecoder('latin1');
const utf8 = new TextDecoder();

/** One line of a log: checksum, positions, change. Example: `0a1b2c3d 7 2 2 4096 {"out":[...]}`. */
export function formatLine({ first, span, rows, synced }: LineSpan, change: LogChange, crc32: Crc): string {
  const content = `${first} ${span} ${rows} ${synced} ${JSON.stringify(change)}`;
  return `${crc32(content).toString(16).padStart(CRC_DIGITS, '0')} ${content}\n`;
}

/** Lines of a log in order; `undefined` stands for one that is torn or damaged. The changes are parsed only when asked for. */
export function* linesOf(bytes: Uint8Array, crc32: Crc, from = 0): Generator<LogLine | undefined> {
  let [start, line] = [from, 0];
  while (start < bytes.length) {
    const lf = bytes.indexOf(LF, start);
    if (lf === -1) {
      yield undefined;
      return;
    }
    line += 1;
    yield readLine(bytes.subarray(start, lf), { start, end: lf + 1, line }, crc32);
    start = lf + 1;
  }
}

function readLine(bytes: Uint8Array, place: Pick<LogLine, 'start' | 'end' | 'line'>, crc32: Crc): LogLine | undefined {
  const brace = bytes.indexOf(BRACE);
  const [crc = '', first, span, rows, synced] = ascii.decode(bytes.subarray(0, Math.max(0, brace))).split(' ');
  if (synced === undefined || Number.parseInt(crc, 16) !== crc32(bytes.subarray(CRC_DIGITS + 1))) return undefined;
  const change = (): LogChange => JSON.parse(utf8.decode(bytes.subarray(brace))) as LogChange;
  const head = { first: Number(first), span: Number(span), rows: Number(rows), synced: Number(synced) };
  return { ...place, ...head, change };
}
