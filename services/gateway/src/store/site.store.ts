import { toRecord } from '@wattmesh/platform';
import type { Clock } from '@wattmesh/platform/clock';
import { deriveUuid } from '@wattmesh/dispatcher/derive-uuid';
import type { Emission } from './emission.ts';
import type { LogStore } from './log.store.ts';

const SEQUENCE = 'sequence/';

/** What one decision changes and announces, kept as one. */
export interface SiteChange {
  emissions?: readonly Emission[];
  set?: Readonly<Record<string, unknown>>;
  isUrgent?: boolean;
}

/** A site's log with the numbering of its events. */
export class SiteStore {
  private readonly sequences: Map<string, number>;

  constructor(
    readonly log: LogStore,
    private readonly clock: Clock,
    private readonly source: string,
  ) {
    this.sequences = new Map(log.entries<number>(SEQUENCE));
  }

  get(key: string): unknown {
    return this.log.get(key);
  }

  entries<T>(prefix: string): [string, T][] {
    return this.log.entries<T>(prefix);
  }

  /** Keeps values and events together: after a crash there are all or none. */
  async record(change: SiteChange): Promise<void> {
    const emissions = change.emissions ?? [];
    if (emissions.length === 0 && Object.keys(change.set ?? {}).length === 0) return;
    const set: Record<string, unknown> = { ...change.set };
    const time = this.clock.nowIso();
    const out = emissions.map(({ event, payload, name }) => {
      const line = `${event.topic}/${event.key(payload)}`;
      const sequence = (this.sequences.get(line) ?? 0) + 1;
      this.sequences.set(line, sequence);
      set[SEQUENCE + line] = sequence;
      return toRecord(event, payload, {
        id: deriveUuid(`${event.topic}:${name}`),
        source: this.source,
        time,
        sequence,
      });
    });
    await this.log.append({ set, out, isUrgent: change.isUrgent ?? true });
  }
}
