import type { IntervalCleared, IntervalMetered } from '@wattmesh/events';
import { hashCanonicalJson } from '@wattmesh/market/hash-canonical-json';
import type { Dated, History } from './history.ts';

/** A metering of the log. */
export interface KnownMetering {
  readonly metered: IntervalMetered;
  readonly hash: string;
  readonly createdMs: number;
  readonly archivedMs: number;
  /** From when the market itself has shown to have it; for ever later where it has not. */
  readonly shownFromMs: number;
}

/** Longer than the market takes from reading what came to closing an interval by it, on a machine that stands still meanwhile. */
const AT_WORK_MS = 20 * 60_000;
/** Wall time after which whatever is on the bus has been read, outages of single parts included. */
const READ_WITHIN_WALL_MS = 120_000;

/**
 * Whether the market certainly had a metering when it cleared: it had shown so, or the metering had been on the bus for longer
 * than any outage lasts. The order of the log alone proves nothing: what the market had not read yet may stand there before
 * what it did.
 */
export function wasKnownTo(
  cleared: Pick<Dated<IntervalCleared>, 'payload' | 'archivedMs'>,
  metering: KnownMetering,
): boolean {
  const closedMs = Date.parse(cleared.payload.closedAt);
  if (metering.shownFromMs <= closedMs) return true;
  return metering.createdMs + AT_WORK_MS <= closedMs && metering.archivedMs + READ_WITHIN_WALL_MS <= cleared.archivedMs;
}

const indexes = new WeakMap<History, KnownMeterings>();

/** A clearing that used a meter's event of that number: whoever had it had all events of the meter before it. */
interface Proof {
  readonly sequence: number;
  readonly closedMs: number;
}

/**
 * Of each meter what the market has shown to have, the earliest first.
 */
function proofsOf(
  meterings: readonly { sequence: number; metered: IntervalMetered; hash: string }[],
  history: History,
): ReadonlyMap<string, readonly Proof[]> {
  const byHash = new Map(meterings.map((metering) => [metering.hash, metering]));
  const proofs = history.cleared.flatMap(({ payload }) =>
    payload.inputs.meterings.flatMap(({ hash }) => {
      const used = byHash.get(hash);
      const closedMs = Date.parse(payload.closedAt);
      return used === undefined ? [] : [{ meterId: used.metered.meterId, sequence: used.sequence, closedMs }];
    }),
  );
  return Map.groupBy(
    proofs.sort((a, b) => a.closedMs - b.closedMs),
    ({ meterId }) => meterId,
  );
}

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
    const meterings = history.meterings.map(({ sequence, timeMs, archivedMs, payload }) => ({
      sequence,
      createdMs: timeMs,
      archivedMs,
      metered: payload,
      hash: hashCanonicalJson(payload),
    }));
    const proofs = proofsOf(meterings, history);
    const known = meterings.map(({ sequence, ...metering }): KnownMetering => {
      const proof = proofs.get(metering.metered.meterId)?.find((each) => each.sequence >= sequence);
      return { ...metering, shownFromMs: proof === undefined ? Infinity : proof.closedMs + AT_WORK_MS };
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
