/**
 * The two energy counters of a meter.
 *
 * Method: import and export accumulate apart, each by the sign of the power (vector sum over the phases: DOMAIN_RULES C6 `saldierend`).
 * The truth is kept beside what the meter shows, which a current transformer of the wrong ratio scales.
 * Units: W, load convention; Wh; seconds. Registers show whole Wh.
 *
 * @example countEnergy({ importWh: 0, exportWh: 0, shownImportWh: 0, shownExportWh: 0 }, { powerW: -1200, dtS: 60, errorPct: 0 })
 */
export function countEnergy(counters: Counters, input: { powerW: number; dtS: number; errorPct: number }): Counters {
  const energyWh = (Math.abs(input.powerW) * input.dtS) / 3600;
  const shownWh = energyWh * (1 + input.errorPct / 100);
  if (input.powerW >= 0) {
    return { ...counters, importWh: counters.importWh + energyWh, shownImportWh: counters.shownImportWh + shownWh };
  }
  return { ...counters, exportWh: counters.exportWh + energyWh, shownExportWh: counters.shownExportWh + shownWh };
}

/** Whole Wh on the display. The small lift lets a sum of parts that comes to a whole number show that number. */
export function displayedWh(energyWh: number): number {
  return Math.floor(energyWh + 1e-6);
}

export interface Counters {
  readonly importWh: number;
  readonly exportWh: number;
  readonly shownImportWh: number;
  readonly shownExportWh: number;
}
