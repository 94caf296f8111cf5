import type { IntervalMetered } from '@wattmesh/events';
import { isOfItsCounters } from '@wattmesh/market/is-usable';
import { INTERVAL_MS } from '@wattmesh/platform/clock';
import type { History } from './history.ts';
import { KnownMeterings } from './known-meterings.ts';
import type { Violation } from './violation.ts';

const placeOf = (metered: IntervalMetered, startMs: number): string => `${metered.meterId} ${startMs} ${metered.run}`;

/** M1: energies are what the meter's counters moved by, and each interval begins where the one before ended. */
export function checkCounters(history: History): Violation[] {
  const used = KnownMeterings.of(history).used(history);
  const ofPlace = new Map(used.map((metered) => [placeOf(metered, Date.parse(metered.intervalStart)), metered]));
  return used.flatMap((metered): Violation[] => {
    const where = `${metered.meterId} ${metered.intervalStart} ${metered.run}`;
    const before = ofPlace.get(placeOf(metered, Date.parse(metered.intervalStart) - INTERVAL_MS))?.counters;
    const { startImportWh, startExportWh } = metered.counters;
    const found: Violation[] = [];
    if (!isOfItsCounters(metered))
      found.push({ invariant: 'M1', where, what: 'states energies that its counters did not move by' });
    if (before !== undefined && (before.endImportWh !== startImportWh || before.endExportWh !== startExportWh))
      found.push({ invariant: 'M1', where, what: 'does not begin where the counters of the interval before ended' });
    return found;
  });
}
