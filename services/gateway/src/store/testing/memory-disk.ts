import { Disk } from '../disk.link.ts';

interface File {
  /** As the process sees it, and as it is on the disk for certain. */
  bytes: Buffer;
  durable: Buffer;
}
type Names = Map<string, File>;

/** What becomes of one change: refused, half of it done and refused, or the process dies in it. */
export type Fault = 'refused' | 'torn' | 'death';

const SECTOR = 512;

/** A disk in memory that may refuse any change, and forgets what was not synced when the power goes. */
export class MemoryDisk extends Disk {
  /** Changes so far. */
  changes = 0;
  writtenBytes = 0;
  /** Says what becomes of the n-th change; undefined: it is done. */
  faultOf: (change: number, name: string) => Fault | undefined = () => undefined;
  isDead = false;
  private names: Names = new Map();
  private readonly durableNames: Names = new Map();
  private pending: ((names: Names) => void)[] = [];
  private readonly handles = new Map<number, File>();
  private nextHandle = 3;

  /** Bytes of all files. */
  get usedBytes(): number {
    return [...this.names.values()].reduce((sum, file) => sum + file.bytes.length, 0);
  }

  /** The process was killed and another begins: everything that was written is there. */
  restart(): void {
    this.handles.clear();
    this.isDead = false;
  }

  /** The power went: of what was not synced some is there, sector by sector; of names, the first few changes. */
  losePower(random: () => number): void {
    this.nameDurably(Math.floor(random() * (this.pending.length + 1)));
    this.pending = [];
    this.names = new Map(this.durableNames);
    for (const file of this.names.values()) file.bytes = file.durable = mixed(file, random);
    this.restart();
  }

  override list(folder: string): string[] {
    this.assertAlive();
    return [...this.names.keys()].map((name) => name.slice(folder.length + 1));
  }

  override makeFolder(): void {
    this.change('makeFolder', () => undefined);
  }

  override exists(file: string): boolean {
    return this.names.has(file);
  }

  override open(file: string, flags: 'r' | 'r+' | 'w+'): number {
    this.assertAlive();
    const fresh: File = { bytes: Buffer.alloc(0), durable: Buffer.alloc(0) };
    if (flags === 'w+') this.change('open', () => this.rename_((names) => names.set(file, fresh)));
    const found = this.names.get(file);
    if (found === undefined) throw diskError('ENOENT', 'open');
    this.handles.set(this.nextHandle, found);
    return this.nextHandle++;
  }

  override close(handle: number): void {
    this.handles.delete(handle);
  }

  override size(handle: number): number {
    return this.fileOf(handle).bytes.length;
  }

  override read(file: string): Buffer {
    const found = this.names.get(file);
    if (found === undefined) throw diskError('ENOENT', 'open');
    return found.bytes;
  }

  override readAt(handle: number, position: number, length: number): Buffer {
    return this.fileOf(handle).bytes.subarray(position, position + length);
  }

  override write(handle: number, bytes: Buffer, position: number): void {
    const file = this.fileOf(handle);
    this.change('write', (share) => {
      const part = bytes.subarray(0, Math.floor(bytes.length * share));
      this.writtenBytes += part.length;
      const grown = Buffer.alloc(Math.max(file.bytes.length, position + part.length));
      file.bytes.copy(grown);
      part.copy(grown, position);
      file.bytes = grown;
    });
  }

  override cut(handle: number, bytes: number): void {
    const file = this.fileOf(handle);
    this.change('cut', () => (file.bytes = Buffer.from(file.bytes.subarray(0, bytes))));
  }

  override sync(handle: number): void {
    const file = this.fileOf(handle);
    this.change('sync', () => (file.durable = file.bytes));
  }

  override async syncLater(handle: number): Promise<void> {
    const file = this.fileOf(handle);
    const { bytes } = file;
    await Promise.resolve();
    this.change('sync', () => (file.durable = bytes));
  }

  override rename(from: string, to: string): void {
    this.change('rename', () =>
      this.rename_((names) => {
        const file = names.get(from);
        if (file !== undefined) names.set(to, file);
        names.delete(from);
      }),
    );
  }

  override remove(file: string): void {
    this.change('remove', () => this.rename_((names) => names.delete(file)));
  }

  override syncFolder(): void {
    this.change('syncFolder', () => {
      this.nameDurably(this.pending.length);
      this.pending = [];
    });
  }

  private rename_(apply: (names: Names) => void): void {
    apply(this.names);
    this.pending.push(apply);
  }

  private nameDurably(count: number): void {
    for (const apply of this.pending.slice(0, count)) apply(this.durableNames);
  }

  private change(name: string, apply: (share: number) => void): void {
    this.assertAlive();
    this.changes += 1;
    const fault = this.faultOf(this.changes, name);
    if (fault === undefined) return apply(1);
    if (fault === 'torn' && name === 'write') apply(0.5);
    if (fault === 'death') this.isDead = true;
    throw diskError(fault === 'death' ? 'EIO' : 'ENOSPC', name);
  }

  private fileOf(handle: number): File {
    this.assertAlive();
    const file = this.handles.get(handle);
    if (file === undefined) throw diskError('EBADF', 'handle');
    return file;
  }

  private assertAlive(): void {
    if (this.isDead) throw diskError('EIO', 'dead');
  }
}

/** What Node throws. */
function diskError(code: string, syscall: string): Error {
  return Object.assign(new Error(`${code}: ${syscall}`), { code, syscall });
}

/** Each sector as it was synced or as it was written, or nothing where it was never synced. */
function mixed({ bytes, durable }: File, random: () => number): Buffer {
  const isLonger = bytes.length > durable.length;
  const length = isLonger ? durable.length + Math.floor(random() * (bytes.length - durable.length + 1)) : bytes.length;
  const result = Buffer.alloc(random() < 0.5 ? length : Math.max(length, durable.length));
  for (let at = 0; at < result.length; at += SECTOR) {
    const source = random() < 0.5 ? durable : bytes;
    source.subarray(at, at + SECTOR).copy(result, at);
  }
  return result;
}
