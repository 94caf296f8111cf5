import {
  closeSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
  fdatasync,
} from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import type { Effects, OutgoingRecord } from '@wattmesh/platform';
import { applyValues, formatLine, parseLog, type LogChange, type LogContent, type StoredRecord } from './parse-log.ts';
import { StoreCorruptError, StoreWriteError } from './store.errors.ts';

export interface LogStoreOptions {
  folder: string;
  effects: Effects;
  /** Size at which the log is rewritten without what is published or replaced. */
  compactAtBytes?: number;
}

/** What is to be kept as one: all of it or nothing survives. */
export interface Append {
  set?: Readonly<Record<string, unknown>>;
  out?: readonly OutgoingRecord[];
  /** False where it may be lost with the machine's power (not with the process): no wait for the disk. */
  isUrgent?: boolean;
}

const LAZY_SYNC_BYTES = 1 << 16;

/**
 * Append log of one site: values by key and records to publish, one checksummed JSON line per atomic change.
 *
 * Every opening and every compaction starts a new generation of the file, so what still runs of a killed process writes into a
 * file nobody reads. The cursor (how far records are published) lies beside it; losing it only publishes again.
 */
export class LogStore {
  private values = new Map<string, unknown>();
  private records: StoredRecord[] = [];
  private nextPosition = 0;
  private generation = 0;
  private log = -1;
  private cursor = -1;
  private writtenBytes = 0;
  private syncedBytes = 0;
  private syncing: Promise<void> | undefined;
  private readonly compactAtBytes: number;

  constructor(private readonly options: LogStoreOptions) {
    this.compactAtBytes = options.compactAtBytes ?? 1 << 20;
    mkdirSync(options.folder, { recursive: true });
    const found = this.load();
    this.values = found.values;
    this.records = found.records;
    this.nextPosition = found.nextPosition;
    this.startGeneration();
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

  /** Oldest records that are not published yet, from behind a position. */
  unpublished(limit: number, behind = -1): readonly StoredRecord[] {
    const from = Math.max(0, behind + 1 - (this.records[0]?.position ?? 0));
    return this.records.slice(from, from + limit);
  }

  append(change: Append): Promise<void> {
    return this.options.effects.run('gateway.append', async () => {
      const out = (change.out ?? []).map((record, index): StoredRecord => ({
        position: this.nextPosition + index,
        record,
      }));
      const entry: LogChange = { ...(change.set && { set: change.set }), ...(out.length > 0 && { out }) };
      this.write(formatLine(entry, crc32));
      applyValues(this.values, entry);
      this.records.push(...out);
      this.nextPosition += out.length;
      if (change.isUrgent !== false) await this.synced();
      // What waits for nobody goes to the disk in larger pieces; an error there meets the next urgent append again.
      else if (this.writtenBytes - this.syncedBytes > LAZY_SYNC_BYTES) void this.synced().catch(() => undefined);
      if (this.writtenBytes > this.compactAtBytes && this.syncing === undefined) this.startGeneration();
    });
  }

  /** Marks every record up to the position as published. */
  acknowledge(position: number): void {
    const rest = this.records.findIndex((stored) => stored.position > position);
    this.records = rest === -1 ? [] : this.records.slice(rest);
    const text = `${position}`.padStart(16, '0');
    writeSync(this.cursor, `${crc32(text).toString(16).padStart(8, '0')} ${text}\n`, 0);
  }

  async close(): Promise<void> {
    await this.synced();
    if (this.log >= 0) closeSync(this.log);
    if (this.cursor >= 0) closeSync(this.cursor);
    this.log = this.cursor = -1;
  }

  private write(line: string): void {
    const bytes = Buffer.from(line);
    try {
      for (let written = 0; written < bytes.length;) {
        written += writeSync(this.log, bytes, written, bytes.length - written, this.writtenBytes + written);
      }
    } catch (error) {
      if (this.log >= 0) ftruncateSync(this.log, this.writtenBytes);
      throw new StoreWriteError(this.file('log', this.generation), error);
    }
    this.writtenBytes += bytes.length;
  }

  /** Resolves when everything written so far is on the disk; appends that wait together share one fsync. */
  private async synced(): Promise<void> {
    const [target, generation] = [this.writtenBytes, this.generation];
    while (generation === this.generation && this.syncedBytes < target) {
      this.syncing ??= this.sync().finally(() => (this.syncing = undefined));
      await this.syncing;
    }
  }

  private sync(): Promise<void> {
    const bytes = this.writtenBytes;
    return new Promise((resolve, reject) =>
      fdatasync(this.log, (error) => {
        if (error !== null) return reject(new StoreWriteError(this.file('log', this.generation), error));
        this.syncedBytes = bytes;
        resolve();
      }),
    );
  }

  private startGeneration(): void {
    const next = this.generation + 1;
    const [file, draft] = [this.file('log', next), `${this.file('log', next)}.new`];
    const snapshot: LogChange = {
      set: Object.fromEntries(this.values),
      out: this.records,
      nextPosition: this.nextPosition,
    };
    const line = Buffer.from(formatLine(snapshot, crc32));
    const log = openSync(draft, 'w');
    writeSync(log, line);
    fsyncSync(log);
    renameSync(draft, file);
    const cursor = openSync(this.file('cursor', next), 'w');
    if (this.log >= 0) closeSync(this.log);
    if (this.cursor >= 0) closeSync(this.cursor);
    for (const kind of ['log', 'cursor'] as const) rmSync(this.file(kind, this.generation), { force: true });
    this.syncFolder();
    this.generation = next;
    this.log = log;
    this.cursor = cursor;
    this.writtenBytes = this.syncedBytes = line.length;
  }

  private syncFolder(): void {
    const folder = openSync(this.options.folder, 'r');
    fsyncSync(folder);
    closeSync(folder);
  }

  private load(): Pick<LogContent, 'values' | 'records' | 'nextPosition'> {
    const generations = readdirSync(this.options.folder).flatMap((name) => /^log-(\d+)\.jsonl$/.exec(name)?.[1] ?? []);
    const newest = Math.max(0, ...generations.map(Number));
    this.generation = newest;
    if (newest === 0) return { values: new Map(), records: [], nextPosition: 0 };
    const file = this.file('log', newest);
    const content = parseLog(readFileSync(file), crc32);
    if ('damagedLine' in content) throw new StoreCorruptError(file, content.damagedLine);
    for (const stale of generations.map(Number).filter((generation) => generation !== newest)) {
      for (const kind of ['log', 'cursor'] as const) rmSync(this.file(kind, stale), { force: true });
    }
    const published = this.readCursor(newest);
    return { ...content, records: content.records.filter((stored) => stored.position > published) };
  }

  private readCursor(generation: number): number {
    let text: string;
    try {
      text = readFileSync(this.file('cursor', generation), 'utf8').trimEnd();
    } catch {
      return -1;
    }
    const [crc, position] = text.split(' ');
    const isWhole = position !== undefined && crc !== undefined && Number.parseInt(crc, 16) === crc32(position);
    return isWhole ? Number(position) : -1;
  }

  private file(kind: 'log' | 'cursor', generation: number): string {
    return join(this.options.folder, kind === 'log' ? `log-${generation}.jsonl` : `cursor-${generation}`);
  }
}
