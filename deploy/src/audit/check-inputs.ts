import type { CommunityConfigured, IntervalCleared, MeterEnrolled } from '@wattmesh/events';
import { isMeteringSignedBy, runCode } from '@wattmesh/gateway/encode-metering';
import { NO_METERING } from '@wattmesh/market/choose-meterings';
import { isUsable } from '@wattmesh/market/is-usable';
import { INTERVAL_MS } from '@wattmesh/platform/clock';
import type { Dated, History } from './history.ts';
import { KnownMeterings, wasKnownTo, type KnownMetering } from './known-meterings.ts';

type Listed = IntervalCleared['inputs']['meterings'][number];

const closedMsOf = ({ closedAt }: IntervalCleared): number => Date.parse(closedAt);

/** Checks that a clearing lists the data it should have been made of: nothing left out, doubled or replaced for convenience. */
export class InputCheck {
  readonly #community: CommunityConfigured;
  readonly #known: KnownMeterings;
  readonly #meters: readonly MeterEnrolled[];
  readonly #clearings: readonly Dated<IntervalCleared>[];
  readonly #newest: Dated<IntervalCleared> | undefined;

  constructor(history: History, community: CommunityConfigured) {
    this.#community = community;
    this.#known = KnownMeterings.of(history);
    this.#meters = [...new Map(history.meters.map(({ payload }) => [payload.meterId, payload])).values()].filter(
      ({ role, meterId }) => role === 'revenue' || meterId === community.headMeterId,
    );
    this.#clearings = history.cleared;
    this.#newest = history.cleared.toSorted((a, b) => closedMsOf(b.payload) - closedMsOf(a.payload))[0];
  }

  /** What is wrong with the inputs of a run; the last run of an interval must have followed what came after it, too. */
  violations(cleared: IntervalCleared, run: { isLast: boolean }): string[] {
    const dated = this.#clearings.find(({ payload }) => payload === cleared);
    const judged = run.isLast ? this.#newest : dated;
    if (dated === undefined || judged === undefined) return this.#listViolations(cleared);
    return [
      ...this.#listViolations(cleared),
      ...cleared.inputs.meterings.flatMap((listed) => {
        const meter = this.#meters.find(({ meterId }) => meterId === listed.meterId);
        if (!meter) return [];
        return [...this.#ignored(judged, { cleared, listed, meter }), ...this.#wronglyReplaced(dated, listed, meter)];
      }),
    ];
  }

  /** After the interval each settling meter once: all that were enrolled when it began, none enrolled after its end. */
  #listViolations(cleared: IntervalCleared): string[] {
    const startMs = Date.parse(cleared.intervalStart);
    const listed = cleared.inputs.meterings.map(({ meterId }) => meterId);
    const isEarly = Date.parse(cleared.closedAt) < startMs + INTERVAL_MS;
    const repeated = listed.filter((meterId, index) => listed.indexOf(meterId) !== index);
    const left = this.#meters.filter(
      ({ meterId, enrolledAt }) => Date.parse(enrolledAt) <= startMs && !listed.includes(meterId),
    );
    const foreign = listed.filter((meterId) => {
      const meter = this.#meters.find((each) => each.meterId === meterId);
      return !meter || Date.parse(meter.enrolledAt) >= startMs + INTERVAL_MS;
    });
    return [
      ...(isEarly ? ['was closed before it ended'] : []),
      ...repeated.map((meterId) => `counts ${meterId} twice`),
      ...left.map(({ meterId }) => `leaves out ${meterId}`),
      ...foreign.map((meterId) => `counts ${meterId}, which does not settle this interval`),
    ];
  }

  /** Data of the interval itself that the run should have used, known by the time it is judged by. */
  #ignored(
    judged: Dated<IntervalCleared>,
    use: { cleared: IntervalCleared; listed: Listed; meter: MeterEnrolled },
  ): string[] {
    const startMs = Date.parse(use.cleared.intervalStart);
    const used = use.listed.isSubstituted ? undefined : this.#known.byHash.get(use.listed.hash);
    const usedRun = used === undefined ? -1 : runCode(used.run);
    const better = this.#known
      .ofInterval(use.meter.meterId, startMs)
      .filter((metering) => runCode(metering.metered.run) > usedRun && wasKnownTo(judged, metering));
    return better.some((metering) => this.#isGood(metering, use.meter))
      ? [`ignores a metering of ${use.meter.meterId} that had come`]
      : [];
  }

  /** A substitute repeats the last known interval of a revenue meter; nothing stands for the head meter or one never heard. */
  #wronglyReplaced(dated: Dated<IntervalCleared>, listed: Listed, meter: MeterEnrolled): string[] {
    if (!listed.isSubstituted) return [];
    const startMs = Date.parse(dated.payload.intervalStart);
    const stand = this.#known.byHash.get(listed.hash);
    const what = [`replaces ${meter.meterId} by something else than its last known interval`];
    if (stand === undefined ? listed.hash !== NO_METERING : Date.parse(stand.intervalStart) >= startMs) return what;
    if (meter.role === 'head') return stand === undefined ? [] : what;
    const standMs = stand === undefined ? -Infinity : Date.parse(stand.intervalStart);
    const isBetter = (metering: KnownMetering): boolean => {
      const ms = Date.parse(metering.metered.intervalStart);
      return ms < startMs && ms > standMs && wasKnownTo(dated, metering);
    };
    return this.#known.ofMeter(meter.meterId).some((metering) => isBetter(metering) && this.#isGood(metering, meter))
      ? what
      : [];
  }

  /** Whether the market had to take it: genuine and usable. */
  #isGood({ metered }: KnownMetering, meter: MeterEnrolled): boolean {
    return (
      isUsable(metered, meter) &&
      metered.siteId === meter.siteId &&
      metered.role === meter.role &&
      isMeteringSignedBy(metered, this.#community.chain, meter.publicKey)
    );
  }
}
