import { toRecord } from '@wattmesh/platform';
import type { Clock } from '@wattmesh/platform/clock';
import { deriveUuid } from '@wattmesh/dispatcher/derive-uuid';
import type { Emission } from './emission.ts';
import type { LogStore } from './log.store.ts';
import { isRefusal, StoreCorruptError } from './store.errors.ts';
import type { StoreWatch } from './store-watch.ts';

/** What one decision changes and announces, kept as one. */
export interface SiteChange {
  emissions?: readonly Emission[];
  set?: Readonly<Record<string, unknown>>;
  isUrgent?: boolean;
}

export interface SiteStoreTools {
  clock: Clock;
  watch: StoreWatch;
  /** `ce_source` of the site's events. */
  source: string;
}

/** A site's log, as its control sees it: a disk that refuses is told to the operator and stops nothing. */
export class SiteStore {
  constructor(
    readonly log: LogStore,
    private readonly tools: SiteStoreTools,
  ) {}

  get(key: string): unknown {
    return this.log.get(key);
  }

  entries<T>(prefix: string): [string, T][] {
    return this.log.entries<T>(prefix);
  }

  /** Keeps values and events together: after a crash there are all or none. False where the disk refused: then there are none. */
  async record(change: SiteChange): Promise<boolean> {
    const { emissions = [], set = {}, isUrgent = true } = change;
    if (emissions.length === 0 && Object.keys(set).length === 0) return true;
    const { clock, watch, source } = this.tools;
    const time = clock.nowIso();
    // The log numbers them as they leave.
    const out = emissions.map(({ event, payload, name }) =>
      toRecord(event, payload, { id: deriveUuid(`${event.topic}:${name}`), source, time, sequence: 0 }),
    );
    try {
      await this.log.append({ set, out, isUrgent });
    } catch (error) {
      if (!(isRefusal(error) || error instanceof StoreCorruptError)) throw error;
      watch.refused(error);
      return false;
    }
    watch.accepted();
    return true;
  }
}
