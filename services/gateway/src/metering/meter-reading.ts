import type { DeviceRegistered, IntervalMetered, MeterEnrolled } from '@wattmesh/events';
import { INTERVAL_MS } from '@wattmesh/platform/clock';
import type { DeviceReading } from '../site/device-reading.ts';
import type { BoundaryValue } from './boundaries-between.ts';
import { meterInterval } from './meter-interval.ts';
import { shapeCoarseCounter, type ShapeState } from './shape-coarse-counter.ts';
import { trackMeter, type MeterReading, type MeterState, type MeterStep } from './track-meter.ts';

/** An interval known later than this after its end corrects a clearing that has been done without it. */
const LATE_AFTER_MS = 300_000;

/** Everything kept of one meter; plain data. */
export interface MeterRecord {
  readonly meter: MeterState;
  /** Present where the register is coarser than the settled unit. */
  readonly shape?: { readonly import: ShapeState; readonly export: ShapeState };
}

/** What the metering of one device needs to know. */
export interface MeteredDevice {
  readonly device: Pick<DeviceRegistered, 'ratedW' | 'meterRole'>;
  readonly enrolment: MeterEnrolled;
}

export interface MeteringStep {
  readonly record: MeterRecord;
  readonly meterings: readonly Omit<IntervalMetered, 'signature'>[];
  readonly verdict: MeterStep['verdict'];
  /** True where the record must be kept before anything else happens. */
  readonly isKept: boolean;
}

/**
 * One reading of one meter: its new state and the intervals it completes.
 *
 * An interval is two consecutive boundary values. Known within 5 minutes of its end it is `preliminary`; later (a device or the
 * gateway was away) the clearing has used a substitute, so it is `correction-1`. A reading without counters changes nothing and
 * gives `undefined`: missing is not zero (C23).
 */
export function meterReading(
  record: MeterRecord | undefined,
  reading: DeviceReading,
  about: MeteredDevice & { tightMs: number },
): MeteringStep | undefined {
  const { importWh, exportWh } = reading.points;
  if (importWh === undefined || exportWh === undefined) return undefined;
  const { enrolment, device } = about;
  const counter = reading.counter ?? { resolutionWh: 1 };
  const limits = {
    maxPowerW: Math.max(device.ratedW, enrolment.maxIntervalWh * 4),
    tightMs: about.tightMs,
    ...counter,
  };
  const shaped = shapeReading(record, reading, { importWh, exportWh, resolutionWh: counter.resolutionWh });
  const step = trackMeter(record?.meter, shaped.reading, limits);
  const next: MeterRecord = { meter: step.state, ...(shaped.shape && { shape: shaped.shape }) };
  const connection = {
    meterId: enrolment.meterId,
    siteId: enrolment.siteId,
    role: device.meterRole,
    attestation: enrolment.attestation,
    maxIntervalWh: enrolment.maxIntervalWh,
    resolutionWh: counter.resolutionWh,
  };
  const meterings = intervalsOf(record?.meter.boundary, step.boundaries).map((ends) => {
    const isLate = reading.receivedAtMs > ends.end.atMs + LATE_AFTER_MS;
    const offset = reading.clockOffsetMs === undefined ? {} : { clockOffsetMs: reading.clockOffsetMs };
    return meterInterval(connection, ends, { run: isLate ? 'correction-1' : 'preliminary', ...offset });
  });
  const isNew = record === undefined || step.boundaries.length > 0 || step.state.doubt !== record.meter.doubt;
  const isKept = isNew || step.verdict === 'wrapped' || step.verdict === 'replaced';
  return { record: next, meterings, verdict: step.verdict, isKept };
}

function intervalsOf(
  first: BoundaryValue | undefined,
  found: readonly BoundaryValue[],
): { start: BoundaryValue; end: BoundaryValue }[] {
  const boundaries = first === undefined ? found : [first, ...found];
  return boundaries.slice(1).flatMap((end, index) => {
    const start = boundaries[index];
    return start !== undefined && end.atMs - start.atMs === INTERVAL_MS ? [{ start, end }] : [];
  });
}

function shapeReading(
  record: MeterRecord | undefined,
  reading: DeviceReading,
  counters: { importWh: number; exportWh: number; resolutionWh: number },
): { reading: MeterReading; shape?: NonNullable<MeterRecord['shape']> } {
  const { importWh, exportWh, resolutionWh } = counters;
  const { powerW } = reading.points;
  if (powerW === undefined) return { reading: { atMs: reading.atMs, importWh, exportWh } };
  if (resolutionWh <= 1) return { reading: { atMs: reading.atMs, importWh, exportWh, powerW } };
  const { atMs } = reading;
  const imported = shapeCoarseCounter(
    record?.shape?.import,
    { atMs, powerW: Math.max(0, powerW), counterWh: importWh },
    resolutionWh,
  );
  const exported = shapeCoarseCounter(
    record?.shape?.export,
    { atMs, powerW: Math.max(0, -powerW), counterWh: exportWh },
    resolutionWh,
  );
  return {
    reading: { atMs, importWh: imported.valueWh, exportWh: exported.valueWh, powerW },
    shape: { import: imported.state, export: exported.state },
  };
}
