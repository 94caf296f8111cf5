import type { LogStore } from '../store/log.store.ts';
import { isRefusal } from '../store/store.errors.ts';
import type { StoreWatch } from '../store/store-watch.ts';

/** What the gateway was told of its registry: kept durably, and while the disk refuses, in memory until it can be. */
export class RegistryStore {
  private readonly unkept = new Map<string, unknown>();

  constructor(
    private readonly log: LogStore,
    private readonly watch: StoreWatch,
  ) {}

  /** True where something waits for the disk. */
  get isBehind(): boolean {
    return this.unkept.size > 0;
  }

  get(key: string): unknown {
    return this.unkept.has(key) ? (this.unkept.get(key) ?? undefined) : this.log.get(key);
  }

  /** Values whose key starts with the prefix, by the rest of the key, in key order. */
  entries<T>(prefix: string): [string, T][] {
    const merged = new Map(this.log.entries<T | null>(prefix));
    for (const [key, value] of this.unkept)
      if (key.startsWith(prefix)) merged.set(key.slice(prefix.length), value as T | null);
    const found = [...merged].flatMap(([key, value]): [string, T][] => (value === null ? [] : [[key, value]]));
    return found.sort(([one], [other]) => (one < other ? -1 : 1));
  }

  /** Sets values by key; null removes one. */
  async set(values: Readonly<Record<string, unknown>>): Promise<void> {
    for (const [key, value] of Object.entries(values)) this.unkept.set(key, value);
    await this.keep();
  }

  /** Brings what waits to the disk. */
  async keep(): Promise<void> {
    const set = Object.fromEntries(this.unkept);
    if (!this.isBehind) return;
    try {
      await this.log.append({ set });
    } catch (error) {
      if (!isRefusal(error)) throw error;
      this.watch.refused(error);
      return;
    }
    for (const [key, value] of Object.entries(set)) if (this.unkept.get(key) === value) this.unkept.delete(key);
    this.watch.accepted();
    this.watch.observe(this.log);
  }

  close(): Promise<void> {
    return this.log.close();
  }
}
