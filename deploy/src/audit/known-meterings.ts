import type { IntervalMetered } from '@wattmesh/events';
import { hashCanonicalJson } from '@wattmesh/market/hash-canonical-json';
import type { History } from './history.ts';

/** A metering of the log. */
export interface KnownMetering {
  readonly metered: IntervalMetered;
  readonly hash: string;
  /** From when the market certainly had it: some time after the first clearing that the log holds behind it. */
  readonly knownFromMs: number;
}

/** Longer than the market waits for late data, and than a restart takes to read what waited on the bus. */
const IN_TRANSIT_MS = 20 * 60_000;

const indexes = new WeakMap<History, KnownMeterings>();

/** Meterings of the log, by hash, by meter and by interval. */
export class KnownMeterings {
  readonly byHash: ReadonlyMap<string, IntervalMetered>;
  readonly #ofMeter: ReadonlyMap<string, readonly KnownMetering[]>;
  readonly #ofInterval: ReadonlyMap<string, readonly KnownMetering[]>;

  /** The index of a log, built once. */
  static of(history: History): KnownMeterings {
    const known = indexes.get(history) ?? new KnownMeterings(history);
    indexes.set(history, known);
    return known;
  }

  private constructor(history: History) {
    const clearings = history.cleared;
    let next = 0;
    const known = history.meterings.map(({ position, payload }): KnownMetering => {
      while ((clearings[next]?.position ?? Infinity) < position) next += 1;
      const behind = clearings[next];
      const knownFromMs = behind === undefined ? Infinity : Date.parse(behind.payload.closedAt) + IN_TRANSIT_MS;
      return { metered: payload, hash: hashCanonicalJson(payload), knownFromMs };
    });
    this.byHash = new Map(known.map(({ hash, metered }) => [hash, metered]));
    this.#ofMeter = Map.groupBy(known, ({ metered }) => metered.meterId);
    this.#ofInterval = Map.groupBy(known, ({ metered }) => `${metered.meterId} ${Date.parse(metered.intervalStart)}`);
  }

  ofMeter(meterId: string): readonly KnownMetering[] {
    return this.#ofMeter.get(meterId) ?? [];
  }

  /** Those of one meter and interval. */
  ofInterval(meterId: string, startMs: number): readonly KnownMetering[] {
    return this.#ofInterval.get(`${meterId} ${startMs}`) ?? [];
  }

  /** Meterings that money was made of: those that a clearing lists. */
  used(history: History): IntervalMetered[] {
    const hashes = new Set(history.cleared.flatMap(({ payload }) => payload.inputs.meterings.map(({ hash }) => hash)));
    return [...hashes].flatMap((hash) => this.byHash.get(hash) ?? []);
  }
}
