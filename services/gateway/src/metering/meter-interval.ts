import type { Attestation, DeviceRegistered, IntervalMetered, Quality, Run } from '@wattmesh/events';
import type { BoundaryValue } from './boundaries-between.ts';
import { worstQuality } from './worst-quality.ts';

/** Whose interval it is and what it may plausibly hold. */
export interface MeteredConnection {
  readonly meterId: string;
  readonly siteId: string;
  readonly role: DeviceRegistered['meterRole'];
  readonly attestation: Attestation;
  /** Largest energy the connection can pass in one interval. */
  readonly maxIntervalWh: number;
  /** Step of the meter's register. */
  readonly resolutionWh: number;
}

/** Device clocks further off than this make an interval suspect. */
const MAX_CLOCK_OFFSET_MS = 2_000;
/** A register step above the settled unit of 1 Wh and above this share of the interval's energy makes it an estimate. */
const COARSE_SHARE = 0.02;

/**
 * The metering of one interval from the boundary values at its two ends, still unsigned.
 *
 * Energy is the difference of the counters in whole Wh. Its quality is the worst of the two ends and of what is known of the time between; more than the
 * connection can pass, or a device clock off by more than 2 s, is `suspect`; a register step above 2 % of the energy is
 * `estimated`. Precondition: consecutive boundaries.
 *
 * Example: 1_000 Wh imported at 12:00 and 1_250 Wh at 12:15 give 250 Wh for the interval of 12:00.
 */
export function meterInterval(
  connection: MeteredConnection,
  ends: { start: BoundaryValue; end: BoundaryValue },
  about: { run: Run; clockOffsetMs?: number },
): Omit<IntervalMetered, 'signature'> {
  const { start, end } = ends;
  const importWh = end.importWh - start.importWh;
  const exportWh = end.exportWh - start.exportWh;
  const isTooMuch = importWh > connection.maxIntervalWh || exportWh > connection.maxIntervalWh;
  const isClockOff = Math.abs(about.clockOffsetMs ?? 0) > MAX_CLOCK_OFFSET_MS;
  const isCoarse = connection.resolutionWh > 1 && connection.resolutionWh > COARSE_SHARE * Math.max(importWh, exportWh);
  const doubt: Quality = isTooMuch || isClockOff ? 'suspect' : isCoarse ? 'estimated' : 'measured';
  return {
    meterId: connection.meterId,
    siteId: connection.siteId,
    role: connection.role,
    intervalStart: new Date(start.atMs).toISOString(),
    run: about.run,
    counters: {
      startImportWh: start.importWh,
      endImportWh: end.importWh,
      startExportWh: start.exportWh,
      endExportWh: end.exportWh,
    },
    importWh,
    exportWh,
    quality: worstQuality(start.quality, end.quality, end.doubt ?? 'measured', doubt),
    attestation: connection.attestation,
  };
}
