import { crc32 } from 'node:zlib';
import { decodeSlots, encodeSlot, type CursorState } from './cursor-slots.ts';
import type { Disk } from './disk.link.ts';

const MIN_SLOT_BYTES = 1 << 12;

/** The file of a log's cursor, written in place. Every call may throw where the disk refuses; then the older state still counts. */
export class CursorStore {
  private handle = -1;
  private file = '';
  private slotBytes = 0;
  private turn = 0;

  constructor(private readonly disk: Disk) {}

  /** State in a file; undefined where it cannot be read. */
  static read(disk: Disk, file: string): CursorState | undefined {
    return disk.exists(file) ? decodeSlots(disk.read(file).toString('latin1'), crc32) : undefined;
  }

  get isOpen(): boolean {
    return this.handle >= 0;
  }

  /** Begins a file of its own with both slots full. */
  create(file: string, state: CursorState): void {
    const text = encodeSlot(state, crc32);
    let slotBytes = MIN_SLOT_BYTES;
    while (slotBytes < 2 * text.length) slotBytes *= 2;
    const draft = `${file}.new`;
    const handle = this.disk.open(draft, 'w+');
    try {
      const slot = text.padEnd(slotBytes, ' ');
      this.disk.write(handle, Buffer.from(slot + slot, 'latin1'), 0);
      this.disk.sync(handle);
      this.disk.rename(draft, file);
    } catch (error) {
      this.disk.close(handle);
      this.disk.remove(draft);
      throw error;
    }
    this.close();
    Object.assign(this, { handle, file, slotBytes, turn: 0 });
  }

  /** Goes on in a file that is there already: where there is no space for another. */
  adopt(file: string): void {
    const handle = this.disk.open(file, 'r+');
    this.close();
    Object.assign(this, { handle, file, slotBytes: Math.floor(this.disk.size(handle) / 2), turn: 0 });
  }

  /** Survives the process. */
  save(state: CursorState): void {
    if (!this.isOpen) throw new TypeError('the cursor has no file yet');
    const text = encodeSlot(state, crc32);
    if (text.length > this.slotBytes) this.create(this.file, state);
    else this.write(text);
  }

  /** Survives the machine, whichever slot is torn later. */
  settle(state: CursorState): void {
    this.save(state);
    this.save(state);
    this.disk.sync(this.handle);
  }

  close(): void {
    if (this.isOpen) this.disk.close(this.handle);
    this.handle = -1;
  }

  /** A slot that could not be written is written again next time: the other one stays whole. */
  private write(text: string): void {
    this.disk.write(this.handle, Buffer.from(text, 'latin1'), this.turn * this.slotBytes);
    this.turn = 1 - this.turn;
  }
}
