import { join } from 'node:path';
import type { OutgoingRecord } from '@wattmesh/platform';
import { CursorStore } from './cursor.store.ts';
import type { CursorState } from './cursor-slots.ts';
import type { Disk } from './disk.link.ts';
import { numberRecords, type Numbers } from './number-records.ts';
import type { SegmentsStore } from './segments.store.ts';
import { laterWhereRefused, StoreWriteError } from './store.errors.ts';

/** Records that leave together, numbered. */
export interface Departure {
  readonly records: readonly OutgoingRecord[];
  readonly through: number;
  readonly numbers: Numbers;
}

/** How far ahead of what leaves the fence is set, so that it is set rarely. */
const FENCE_AHEAD = 255;
const FENCE_AHEAD_IN_BACKLOG = 4096;

/**
 * How a log's records leave: numbered one after the other from the cursor on. Before a record leaves, the fence behind it is on the
 * disk: so a restart knows what may have left, and nothing of that is ever shed or numbered otherwise.
 */
export class Departures {
  private state: CursorState = { acknowledged: -1, fence: -1, numbers: {} };
  private leaving: Pick<Departure, 'through' | 'numbers'> = { through: -1, numbers: {} };
  private readonly cursor: CursorStore;

  constructor(
    private readonly segments: SegmentsStore,
    private readonly disk: Disk,
    private readonly folder: string,
  ) {
    this.cursor = new CursorStore(disk);
  }

  /** Position up to which everything is published. */
  get acknowledged(): number {
    return this.state.acknowledged;
  }

  /** Position behind which nothing has left. */
  get fence(): number {
    return this.state.fence;
  }

  get numbers(): Numbers {
    return this.state.numbers;
  }

  /** Finds the cursor. A lost one publishes everything again; what of it had left is not known, so none of it may be shed. */
  load(): void {
    const { oldest, newest } = this.segments;
    const first = oldest?.first ?? 0;
    const [known] = this.files().flatMap((name) => CursorStore.read(this.disk, join(this.folder, name)) ?? []);
    const lost = { acknowledged: first - 1, fence: (newest?.next ?? 0) - 1, numbers: oldest?.numbers ?? {} };
    this.state = known ?? lost;
    this.recall();
  }

  /** Begins a file of its own, which what still runs of a killed owner does not know. */
  begin(): void {
    if (this.cursor.isOpen) return;
    const [older, name] = [this.files(), `cursor-${this.segments.newest?.id ?? 0}`];
    this.cursor.create(join(this.folder, name), this.state);
    try {
      this.disk.syncFolder(this.folder);
    } catch (error) {
      this.cursor.close();
      throw error;
    }
    for (const file of older) if (file !== name) this.disk.remove(join(this.folder, file));
  }

  /** The next records before a position, with their numbers. Throws where the disk refuses to remember that they leave. */
  depart(limit: number, before: number): Departure | undefined {
    const found = this.segments.read({ behind: this.leaving.through, before, limit });
    const through = found.at(-1)?.position;
    if (through === undefined) return undefined;
    this.raiseFence(through, before);
    const records = found.map(({ record }) => record);
    const numbered = numberRecords(this.leaving.numbers, records);
    this.leaving = { through, numbers: numbered.numbers };
    return { ...numbered, through };
  }

  /** Lets everything that is not acknowledged leave again. */
  recall(): void {
    this.leaving = { through: this.state.acknowledged, numbers: this.state.numbers };
  }

  /** Marks a departure, and all before it, as published. Where the disk refuses, a restart publishes it again as it was. */
  acknowledge({ through, numbers }: Departure): void {
    this.state = { ...this.state, acknowledged: through, numbers };
    laterWhereRefused(() => {
      if (this.cursor.isOpen) this.cursor.save(this.state);
      this.drop();
    });
  }

  /** Removes what is published from the disk, once the cursor is there. */
  drop(): void {
    if (!this.segments.isOver(this.state.acknowledged)) return;
    this.open();
    this.cursor.settle(this.state);
    while (this.segments.isOver(this.state.acknowledged)) this.segments.dropOldest();
  }

  close(): void {
    this.cursor.close();
  }

  private raiseFence(through: number, before: number): void {
    if (through <= this.state.fence) return;
    const backlog = Math.min(through + FENCE_AHEAD_IN_BACKLOG, before - 1);
    const raised = { ...this.state, fence: Math.max(through + FENCE_AHEAD, backlog) };
    try {
      this.segments.settle();
      this.open();
      this.cursor.settle(raised);
    } catch (error) {
      throw new StoreWriteError(this.folder, error);
    }
    this.state = raised;
  }

  /** A file of its own, or where there is no space for one, the file that is there. */
  private open(): void {
    if (this.cursor.isOpen) return;
    const [newest] = this.files();
    if (newest === undefined) this.begin();
    else this.cursor.adopt(join(this.folder, newest));
  }

  /** Newest first. */
  private files(): string[] {
    const found = this.disk.list(this.folder).flatMap((name) => /^cursor-(\d+)$/.exec(name)?.[1] ?? []);
    const newestFirst = found.map(Number).sort((one, other) => other - one);
    return newestFirst.map((id) => `cursor-${id}`);
  }
}
