import type { IntervalMetered, MeterEnrolled } from '@wattmesh/events';

/**
 * Whether an interval may be closed with a metering: it has a value, its energies are the differences of its counters, and
 * they are no more than the connection can pass. Any other is kept as evidence and a substitute stands in for it.
 */
export function isUsable(
  metered: Pick<IntervalMetered, 'quality' | 'importWh' | 'exportWh' | 'counters'>,
  { maxIntervalWh }: Pick<MeterEnrolled, 'maxIntervalWh'>,
): boolean {
  const isPlausible = Math.max(metered.importWh, metered.exportWh) <= maxIntervalWh;
  return isPlausible && metered.quality !== 'missing' && isOfItsCounters(metered);
}

/** Whether energies are what the counters moved by. */
export function isOfItsCounters({
  importWh,
  exportWh,
  counters,
}: Pick<IntervalMetered, 'importWh' | 'exportWh' | 'counters'>): boolean {
  return (
    importWh === counters.endImportWh - counters.startImportWh &&
    exportWh === counters.endExportWh - counters.startExportWh
  );
}
