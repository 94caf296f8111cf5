import type { IntervalMetered, MeterEnrolled } from '@wattmesh/events';
import type { MeteredEnergy } from './interval-input.ts';

/** A metering with the hash that names it among the inputs. */
export interface KnownMetering {
  readonly hash: string;
  readonly metered: Pick<IntervalMetered, 'importWh' | 'exportWh'>;
}

/** One metering used, as `market.interval-cleared.v1` lists it. */
export interface UsedMetering {
  readonly meterId: string;
  readonly hash: string;
  readonly isSubstituted: boolean;
}

/** What an interval is closed with. */
export interface ChosenMeterings {
  readonly meterings: MeteredEnergy[];
  readonly used: UsedMetering[];
  /** Settling meters without a value of their own. */
  readonly missing: string[];
}

/** Hash listed for a meter without any metering to repeat. */
export const NO_METERING = `0x${'0'.repeat(64)}`;

/**
 * Chooses the metering of every enrolled meter for one interval, and a substitute for each revenue or head meter that is
 * missing. A revenue meter repeats its last known interval. The head meter repeats the members' sum, so that its silence
 * accuses nobody. A revenue meter that was never heard stands at no energy, marked as substituted until its data come.
 * Sub-meters are used where they are known and never substituted. Results are sorted by meter.
 */
export function chooseMeterings(known: {
  readonly enrolled: readonly Pick<MeterEnrolled, 'meterId' | 'siteId' | 'memberId' | 'role'>[];
  readonly current: ReadonlyMap<string, KnownMetering>;
  readonly earlier: ReadonlyMap<string, KnownMetering>;
}): ChosenMeterings {
  const enrolled = [...known.enrolled].sort((a, b) => (a.meterId < b.meterId ? -1 : 1));
  const isSettling = (role: string): boolean => role === 'revenue' || role === 'head';
  const missing = enrolled
    .filter((meter) => isSettling(meter.role) && !known.current.has(meter.meterId))
    .map((meter) => meter.meterId);
  const chosen = enrolled.flatMap(
    ({ meterId, siteId, memberId, role }): { metering: MeteredEnergy; hash: string }[] => {
      const own = known.current.get(meterId);
      const source = own ?? (role === 'revenue' ? known.earlier.get(meterId) : undefined);
      if (source === undefined && !isSettling(role)) return [];
      const { importWh, exportWh } = source?.metered ?? { importWh: 0, exportWh: 0 };
      const metering = { meterId, siteId, memberId, role, importWh, exportWh, isSubstituted: own === undefined };
      return [{ metering, hash: source?.hash ?? NO_METERING }];
    },
  );
  const revenue = chosen.map(({ metering }) => metering).filter((metering) => metering.role === 'revenue');
  const netWh = revenue.reduce((all, metering) => all + metering.importWh - metering.exportWh, 0);
  const membersSum = { importWh: Math.max(0, netWh), exportWh: Math.max(0, -netWh) };
  return {
    meterings: chosen.map(({ metering }) =>
      metering.role === 'head' && metering.isSubstituted ? { ...metering, ...membersSum } : metering,
    ),
    used: chosen
      .filter(({ metering }) => isSettling(metering.role))
      .map(({ metering, hash }) => ({ meterId: metering.meterId, hash, isSubstituted: metering.isSubstituted })),
    missing,
  };
}
