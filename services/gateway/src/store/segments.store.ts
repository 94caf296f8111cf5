import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import type { OutgoingRecord } from '@wattmesh/platform';
import type { Disk } from './disk.link.ts';
import { formatLine, linesOf, type LogChange } from './log-line.ts';
import type { Numbers } from './number-records.ts';
import { scanSegment, type SegmentContent } from './scan-segment.ts';
import { laterWhereRefused, StoreCorruptError } from './store.errors.ts';
import { thinSegment } from './thin-segment.ts';

/** A record waiting to be published. */
export interface StoredRecord {
  /** Position in the log's records; never used twice. */
  readonly position: number;
  readonly record: OutgoingRecord;
}

/** What the first line of a segment says: all values, so that nothing older is needed for them. */
export interface SegmentHeader {
  readonly next: number;
  readonly set: Readonly<Record<string, unknown>>;
  readonly numbers: Numbers;
}

interface Segment extends SegmentContent {
  readonly id: number;
  readonly file: string;
}

/** Which records are asked for: those between two positions, so many at most. */
export interface ReadQuery {
  readonly behind: number;
  readonly before: number;
  readonly limit: number;
}

const CHUNK_BYTES = 1 << 18;
const HINTS = 4;

/**
 * The files of a log, oldest first; the newest is appended to. Each begins with all values, so an old one is needed for its records
 * alone: it is removed as a whole when they are published, and rewritten once at most, when they are shed. Records stay on the disk.
 */
export class SegmentsStore {
  private segments: Segment[] = [];
  private handle = -1;
  private isSettled = true;
  /** Where the records behind a position begin: newest last. */
  private hints: { id: number; behind: number; offset: number }[] = [];

  constructor(
    private readonly disk: Disk,
    private readonly folder: string,
  ) {}

  get bytes(): number {
    return this.segments.reduce((sum, segment) => sum + segment.bytes, 0);
  }

  get newest(): Segment | undefined {
    return this.segments.at(-1);
  }

  get oldest(): Segment | undefined {
    return this.segments[0];
  }

  /** True where there is a file to append to. */
  get isStarted(): boolean {
    return this.handle >= 0;
  }

  /** Finds what is there; `onChange` gets the changes of the newest segment, which hold all values. */
  load(onChange: (change: LogChange) => void): void {
    const ids = this.disk.list(this.folder).flatMap((name) => /^log-(\d+)\.jsonl$/.exec(name)?.[1] ?? []);
    const newestFirst = ids.map(Number).sort((one, other) => other - one);
    let before: number | undefined;
    for (const [index, id] of newestFirst.entries()) {
      const file = this.fileOf(id);
      const content = scanSegment(this.disk.read(file), crc32, { before, ...(index === 0 && { onChange }) });
      if ('damagedLine' in content) throw new StoreCorruptError(file, content.damagedLine);
      this.segments.unshift({ ...content, id, file });
      before = content.first;
    }
  }

  /** Begins a new segment; what still runs of a killed owner goes on in one that nobody reads to its end. */
  start({ next, set, numbers }: SegmentHeader): void {
    const id = (this.newest?.id ?? 0) + 1;
    const file = this.fileOf(id);
    this.disk.makeFolder(this.folder);
    if (this.disk.exists(file)) throw new TypeError(`${file} belongs to another owner`);
    const line = Buffer.from(formatLine({ first: next, span: 0, rows: 0, synced: 0 }, { numbers, set }, crc32));
    const handle = this.replace(file, line);
    this.close();
    this.handle = handle;
    this.isSettled = false;
    const content = { first: next, next, rows: 0, bytes: line.length, numbers, isThinned: false };
    this.segments.push({ ...content, id, file });
    laterWhereRefused(() => this.removeDrafts());
  }

  /** Appends a line to the newest segment: all of it, or it throws and nothing counts. */
  append(line: string, span: number): void {
    const bytes = Buffer.from(line);
    const { newest } = this;
    if (newest === undefined || !this.isStarted) throw new TypeError('no segment is started');
    try {
      this.disk.write(this.handle, bytes, newest.bytes);
    } catch (error) {
      this.cut(newest);
      throw error;
    }
    const { next, rows } = newest;
    this.change(newest, { bytes: newest.bytes + bytes.length, next: next + span, rows: rows + span });
  }

  /** Takes back what was appended since. Where even that is refused, the segment is not appended to any more. */
  cut({ bytes, next, rows }: Pick<Segment, 'bytes' | 'next' | 'rows'>): void {
    if (this.newest !== undefined) this.change(this.newest, { bytes, next, rows });
    const isCut = laterWhereRefused(() => {
      this.disk.cut(this.handle, bytes);
      return true;
    });
    if (isCut !== true) this.close();
  }

  /** Brings names of files to the disk: what is in a file counts only then. */
  settle(): void {
    if (this.isSettled) return;
    this.disk.syncFolder(this.folder);
    this.isSettled = true;
  }

  sync(): void {
    if (this.isStarted) this.disk.sync(this.handle);
  }

  async syncLater(): Promise<void> {
    this.settle();
    await this.disk.syncLater(this.handle);
  }

  /** Number of records behind a position. */
  rowsBehind(position: number): number {
    return this.segments.reduce((sum, segment) => {
      if (segment.first > position) return sum + segment.rows;
      if (segment.next - 1 <= position) return sum;
      const query = { behind: position, before: segment.next, limit: Number.POSITIVE_INFINITY };
      return sum + this.readFrom(segment, query).length;
    }, 0);
  }

  /** The oldest records asked for. */
  read(query: ReadQuery): StoredRecord[] {
    const from = this.segments.findLastIndex(({ first }) => first <= query.behind + 1);
    for (const segment of this.segments.slice(Math.max(0, from))) {
      const found = this.readFrom(segment, query);
      if (found.length > 0) return found;
    }
    return [];
  }

  /** Rewrites the oldest segment behind a position without what may be shed; undefined where there is none. */
  thinOldest(behind: number, isSheddable: (topic: string) => boolean): ReadonlyMap<string, number> | undefined {
    const victim = this.segments.find(({ first, isThinned }) => !isThinned && first > behind);
    if (victim === undefined || victim === this.newest) return undefined;
    const { text, rows, shed } = thinSegment(this.disk.read(victim.file), crc32, isSheddable);
    if (rows + [...shed.values()].reduce((sum, count) => sum + count, 0) !== victim.rows) this.refuse(victim);
    const bytes = Buffer.from(text);
    this.disk.close(this.replace(victim.file, bytes));
    this.isSettled = false;
    this.change(victim, { rows, bytes: bytes.length, isThinned: true });
    return shed;
  }

  /** True where the oldest segment holds nothing behind a position and no values that count. */
  isOver(position: number): boolean {
    const { oldest } = this;
    return this.segments.length > 1 && oldest !== undefined && oldest.next - 1 <= position;
  }

  dropOldest(): void {
    this.settle();
    const { oldest } = this;
    if (oldest === undefined) return;
    this.disk.remove(oldest.file);
    this.segments.shift();
  }

  close(): void {
    if (this.isStarted) this.disk.close(this.handle);
    this.handle = -1;
  }

  private readFrom(segment: Segment, query: ReadQuery): StoredRecord[] {
    const { behind } = query;
    const hint = this.hints.findLast((one) => one.id === segment.id && one.behind === behind);
    const found: StoredRecord[] = [];
    let offset = hint?.offset ?? 0;
    let chunkBytes = CHUNK_BYTES;
    while (offset < segment.bytes && found.length < query.limit) {
      const chunk = this.bytesAt(segment, offset, Math.min(chunkBytes, segment.bytes - offset));
      const taken = takeRecords(chunk, { ...query, limit: query.limit - found.length }, found);
      offset += taken.bytes;
      if (taken.isOver) break;
      if (taken.bytes > 0) continue;
      if (chunk.length < chunkBytes) this.refuse(segment);
      chunkBytes *= 2;
    }
    this.hints = [...this.hints.slice(1 - HINTS), { id: segment.id, behind: found.at(-1)?.position ?? behind, offset }];
    return found;
  }

  private bytesAt(segment: Segment, offset: number, length: number): Buffer {
    if (segment === this.newest && this.isStarted) return this.disk.readAt(this.handle, offset, length);
    const handle = this.disk.open(segment.file, 'r');
    try {
      return this.disk.readAt(handle, offset, length);
    } finally {
      this.disk.close(handle);
    }
  }

  private refuse(segment: Segment): never {
    const content = scanSegment(this.disk.read(segment.file), crc32);
    throw new StoreCorruptError(segment.file, 'damagedLine' in content ? content.damagedLine : 0);
  }

  private replace(file: string, bytes: Buffer): number {
    const draft = `${file}.new`;
    const handle = this.disk.open(draft, 'w+');
    try {
      this.disk.write(handle, bytes, 0);
      this.disk.sync(handle);
      this.disk.rename(draft, file);
      return handle;
    } catch (error) {
      this.disk.close(handle);
      this.disk.remove(draft);
      throw error;
    }
  }

  private change(segment: Segment, change: Partial<Segment>): void {
    this.segments[this.segments.indexOf(segment)] = { ...segment, ...change };
    if (change.isThinned === true) this.hints = [];
  }

  private removeDrafts(): void {
    const drafts = this.disk.list(this.folder).filter((name) => name.endsWith('.jsonl.new'));
    for (const draft of drafts) this.disk.remove(join(this.folder, draft));
  }

  private fileOf(id: number): string {
    return join(this.folder, `log-${id}.jsonl`);
  }
}

/** Takes the records asked for from whole lines; says how many bytes are done with, and whether more is wanted behind them. */
function takeRecords(
  bytes: Buffer,
  { behind, before, limit }: ReadQuery,
  found: StoredRecord[],
): { bytes: number; isOver: boolean } {
  const enough = found.length + limit;
  let done = 0;
  for (const line of linesOf(bytes, crc32)) {
    if (line === undefined) return { bytes: done, isOver: false };
    const { first, span, rows, end } = line;
    if (first + span > before) return { bytes: done, isOver: true };
    if (rows > 0 && first + span - 1 > behind) {
      const { out = [], at } = line.change();
      for (const [index, record] of out.entries()) {
        const position = first + (at?.[index] ?? index);
        if (position <= behind) continue;
        if (found.length === enough) return { bytes: done, isOver: true };
        found.push({ position, record });
      }
    }
    done = end;
  }
  return { bytes: done, isOver: false };
}
