import type { IntervalMetered } from '@wattmesh/events';

/** What the forecaster keeps of a metering. */
export interface Actual {
  meterId: string;
  siteId: string;
  meterRole: 'load' | 'generation';
  intervalStart: string;
  energyWh: number;
  runNumber: number;
}

/**
 * The meterings a forecaster learns from: load and generation of any quality but `missing` (which is no value, and never zero), per meter and
 * interval the one of the highest run, the later of equal ones. Load is what flowed in, generation what flowed out.
 *
 * @example chooseMeterings([preliminary, correction]) // the correction alone
 */
export function chooseMeterings(meterings: readonly IntervalMetered[]): Actual[] {
  const chosen = new Map<string, Actual>();
  for (const { meterId, siteId, role, intervalStart, run, quality, importWh, exportWh } of meterings) {
    if (quality === 'missing' || (role !== 'load' && role !== 'generation')) continue;
    const key = `${meterId} ${Date.parse(intervalStart)}`;
    const runNumber = runNumberOf(run);
    if ((chosen.get(key)?.runNumber ?? -1) > runNumber) continue;
    chosen.set(key, {
      meterId,
      siteId,
      meterRole: role,
      intervalStart,
      energyWh: role === 'load' ? importWh : exportWh,
      runNumber,
    });
  }
  return [...chosen.values()];
}

/** Preliminary 0, final 1, correction-n 1 + n. */
export function runNumberOf(run: string): number {
  if (run === 'preliminary') return 0;
  return run === 'final' ? 1 : 1 + Number(run.slice('correction-'.length));
}
