import { crc32 } from 'node:zlib';
import type { Effects, OutgoingRecord } from '@wattmesh/platform';
import { Departures, type Departure } from './departures.store.ts';
import { Disk } from './disk.link.ts';
import { formatLine, type LogChange } from './log-line.ts';
import { lineOf } from './number-records.ts';
import { applyValues } from './scan-segment.ts';
import { SegmentsStore, type StoredRecord } from './segments.store.ts';
import { laterWhereRefused, StoreFullError, StoreWriteError } from './store.errors.ts';

export interface LogStoreOptions {
  folder: string;
  effects: Effects;
  disk?: Disk;
  /** The log never gets longer: what may be shed is, oldest first, and then it refuses. */
  limitBytes?: number;
  /** Length at which a new file is begun. */
  segmentBytes?: number;
  /** True for topics whose records may be shed. */
  isSheddable?: (topic: string) => boolean;
}

/** What is to be kept as one: all of it or nothing survives. */
export interface Append {
  set?: Readonly<Record<string, unknown>>;
  out?: readonly OutgoingRecord[];
  /** False where it may be lost with the machine's power (not with the process): no wait for the disk. Records always wait. */
  isUrgent?: boolean;
}

/** A change that is written and not on the disk yet. */
interface Unsynced {
  readonly end: number;
  readonly undo: () => void;
}

const LAZY_SYNC_BYTES = 1 << 16;
const LIMIT_BYTES = 1 << 26;
/** Telemetry leaves the rest of the log to what may not be shed. */
const TELEMETRY_SHARE = 7 / 8;
/** A file is at least so many times as long as its first line: writing that costs little. */
const HEADER_SHARE = 4;
/** Files rewritten at one append at most, so that nobody waits for long. */
const SHED_AT_ONCE = 2;

/**
 * Append log of one site: values by key and records to publish, one checksummed line per atomic change.
 *
 * Records get their numbers as they leave: what was shed before never had one, so the numbers that were published have no gaps.
 * Nothing leaves before it is on the disk. A refusing disk keeps nothing of a change; the next append tries again.
 */
export class LogStore {
  /** Records given up for want of space. */
  shedCount = 0;
  private readonly values = new Map<string, unknown>();
  /** Number of the newest record of each topic and key, were nothing shed any more. */
  private readonly tail = new Map<string, number>();
  private readonly segments: SegmentsStore;
  private readonly departures: Departures;
  private readonly limitBytes: number;
  private readonly segmentBytes: number;
  private nextPosition = 0;
  private waiting = 0;
  private synced = { bytes: 0, next: 0, rows: 0 };
  private unsynced: Unsynced[] = [];
  private syncing: Promise<void> | undefined;
  private rollBytes = 0;
  private isClosed = false;

  constructor(private readonly options: LogStoreOptions) {
    const { folder, disk = new Disk(), limitBytes = LIMIT_BYTES } = options;
    this.limitBytes = limitBytes;
    this.segmentBytes = options.segmentBytes ?? Math.min(1 << 20, Math.max(1 << 16, limitBytes / 32));
    this.segments = new SegmentsStore(disk, folder);
    this.departures = new Departures(this.segments, disk, folder);
    this.load();
    laterWhereRefused(() => this.start());
  }

  get(key: string): unknown {
    return this.values.get(key);
  }

  /** Values whose key starts with the prefix, by the rest of the key, in key order. */
  entries<T>(prefix: string): [string, T][] {
    const found = [...this.values]
      .filter(([key]) => key.startsWith(prefix))
      .map(([key, value]): [string, T] => [key.slice(prefix.length), value as T]);
    return found.sort(([one], [other]) => (one < other ? -1 : 1));
  }

  /** Records that are not published yet. */
  get rows(): number {
    return this.waiting;
  }

  get bytes(): number {
    return this.segments.bytes;
  }

  /** Oldest records that are on the disk and not published yet. */
  unpublished(limit: number): readonly StoredRecord[] {
    return this.segments.read({ behind: this.departures.acknowledged, before: this.synced.next, limit });
  }

  append(change: Append): Promise<void> {
    return this.options.effects.run('gateway.append', async () => {
      this.write(this.fitting(change));
      if (change.isUrgent !== false || (change.out ?? []).length > 0) await this.onDisk();
      // What waits for nobody goes to the disk in larger pieces; an error there meets the next urgent append again.
      else if (this.newestBytes - this.synced.bytes > LAZY_SYNC_BYTES) void this.onDisk().catch(() => undefined);
      this.roll();
    });
  }

  /** The next records that have not left, numbered. Throws where the disk refuses to remember that they leave. */
  depart(limit: number): Departure | undefined {
    return this.departures.depart(limit, this.synced.next);
  }

  /** Lets everything that is not acknowledged leave again. */
  recall(): void {
    this.departures.recall();
  }

  /** Marks a departure, and all before it, as published. */
  acknowledge(departure: Departure): void {
    this.waiting -= departure.records.length;
    this.departures.acknowledge(departure);
  }

  async close(): Promise<void> {
    try {
      await this.onDisk();
    } finally {
      this.isClosed = true;
      this.segments.close();
      this.departures.close();
    }
  }

  private get newestBytes(): number {
    return this.segments.newest?.bytes ?? 0;
  }

  private load(): void {
    const { segments, departures, tail } = this;
    segments.load((change) => {
      applyValues(this.values, change);
      for (const [line, number] of Object.entries(change.numbers ?? {})) tail.set(line, number);
      for (const record of change.out ?? []) this.count(record, 1);
    });
    departures.load();
    if (segments.newest === undefined)
      for (const [line, number] of Object.entries(departures.numbers)) tail.set(line, number);
    this.nextPosition = Math.max(segments.newest?.next ?? 0, departures.acknowledged + 1);
    this.waiting = segments.rowsBehind(departures.acknowledged);
    this.markSynced();
  }

  /** Begins a file of its own, so that nothing of an earlier owner is gone on with. */
  private start(): void {
    if (this.isClosed) throw new TypeError('the log is closed');
    const [set, numbers] = [Object.fromEntries(this.values), Object.fromEntries(this.tail)];
    this.segments.start({ next: this.nextPosition, set, numbers });
    this.unsynced = [];
    this.markSynced();
    this.rollBytes = Math.max(this.segmentBytes, HEADER_SHARE * this.newestBytes);
    laterWhereRefused(() => {
      this.segments.settle();
      this.departures.begin();
      this.departures.drop();
    });
  }

  private markSynced(): void {
    this.synced = { bytes: this.newestBytes, next: this.nextPosition, rows: this.segments.newest?.rows ?? 0 };
  }

  /** The change as it fits into the log: older telemetry goes first, then its own; anything else is refused. */
  private fitting(change: Append): Append {
    const { isSheddable = () => false, folder } = this.options;
    const { out = [] } = change;
    if (out.length === 0 || this.bytes < this.limitBytes / 2) return change;
    const lengthOf = ({ set, out: records }: Append): number => this.bytes + JSON.stringify([set, records]).length;
    const isOver = (): boolean => lengthOf(change) > this.limitBytes * TELEMETRY_SHARE;
    for (let shed = 0; shed < SHED_AT_ONCE && isOver() && this.shedOldest(isSheddable);) shed += 1;
    if (!isOver()) return change;
    const kept = out.filter(({ topic }) => !isSheddable(topic));
    const fitted = { ...change, out: kept };
    if (kept.length > 0 && lengthOf(fitted) > this.limitBytes) throw new StoreFullError(folder, this.limitBytes);
    this.shedCount += out.length - kept.length;
    return fitted;
  }

  private shedOldest(isSheddable: (topic: string) => boolean): boolean {
    const shed = laterWhereRefused(() => this.segments.thinOldest(this.departures.fence, isSheddable));
    if (shed === undefined) return false;
    for (const [line, count] of shed) {
      this.tail.set(line, (this.tail.get(line) ?? 0) - count);
      this.waiting -= count;
      this.shedCount += count;
    }
    return true;
  }

  private write({ set = {}, out = [] }: Append): void {
    const change: LogChange = { ...(Object.keys(set).length > 0 && { set }), ...(out.length > 0 && { out }) };
    const head = { first: this.nextPosition, span: out.length, rows: out.length };
    try {
      if (!this.segments.isStarted) this.start();
      const line = formatLine({ ...head, synced: this.synced.bytes }, change, crc32);
      this.segments.append(line, out.length);
    } catch (error) {
      throw new StoreWriteError(this.options.folder, error);
    }
    const before = Object.fromEntries(Object.keys(set).map((key) => [key, this.values.get(key) ?? null]));
    applyValues(this.values, change);
    this.add(out, 1);
    const undo = (): void => {
      applyValues(this.values, { set: before });
      this.add(out, -1);
    };
    this.unsynced.push({ end: this.newestBytes, undo });
  }

  private add(out: readonly OutgoingRecord[], step: 1 | -1): void {
    this.nextPosition += step * out.length;
    this.waiting += step * out.length;
    for (const record of out) this.count(record, step);
  }

  private count(record: OutgoingRecord, step: 1 | -1): void {
    const line = lineOf(record);
    this.tail.set(line, (this.tail.get(line) ?? 0) + step);
  }

  /** Resolves when everything written so far is on the disk; appends that wait together share one fsync. */
  private async onDisk(): Promise<void> {
    const [target, segment] = [this.newestBytes, this.segments.newest?.id];
    while (segment === this.segments.newest?.id && this.synced.bytes < target) {
      this.syncing ??= this.sync().finally(() => (this.syncing = undefined));
      await this.syncing;
    }
  }

  private async sync(): Promise<void> {
    const written = { bytes: this.newestBytes, next: this.nextPosition, rows: this.segments.newest?.rows ?? 0 };
    try {
      await this.segments.syncLater();
    } catch (error) {
      // Nothing of it has left: it is as if it had never been written.
      for (const { undo } of this.unsynced.splice(0).reverse()) undo();
      this.segments.cut(this.synced);
      throw new StoreWriteError(this.options.folder, error);
    }
    this.synced = written;
    this.unsynced = this.unsynced.filter(({ end }) => end > written.bytes);
  }

  /** Begins a new file where the newest is long; where the disk refuses, it grows a little longer. */
  private roll(): void {
    if (this.newestBytes < this.rollBytes || this.syncing !== undefined || !this.segments.isStarted) return;
    this.rollBytes = this.newestBytes + this.segmentBytes / 8;
    laterWhereRefused(() => {
      this.segments.sync();
      this.start();
    });
  }
}
