import { z } from 'zod';
import { defineEvent, type PayloadOf } from './define-event.ts';
import {
  Attestation,
  EnergyWh,
  Id,
  Instant,
  IntervalStart,
  P256Signature,
  PowerW,
  Quality,
  Run,
} from './quantities.ts';
import { MeterRole } from './portal.ts';

/** One poll of one device. A point that could not be read is absent and the quality says so; it is never zero. */
export const ReadingTaken = defineEvent({
  topic: 'gateway.reading-taken.v1',
  key: (reading) => reading.deviceId,
  schema: z.object({
    deviceId: Id,
    siteId: Id,
    measuredAt: Instant,
    receivedAt: Instant,
    quality: Quality,
    points: z.object({
      powerW: PowerW.optional(),
      importWh: z.number().nonnegative().optional(),
      exportWh: z.number().nonnegative().optional(),
      voltageV: z.number().optional(),
      frequencyHz: z.number().optional(),
      socPct: z.number().min(0).max(100).optional(),
      sohPct: z.number().min(0).max(100).optional(),
      /** Set-point in force at the device; absent where none is. */
      setpointW: PowerW.optional(),
      /** An EV is plugged in. */
      isPluggedIn: z.boolean().optional(),
      /** Energy the plugged-in EV still wants. */
      wantedWh: z.number().nonnegative().optional(),
    }),
  }),
});
export type ReadingTaken = PayloadOf<typeof ReadingTaken>;

/** Signed energy of one meter in one interval, from its counters at both ends. */
export const IntervalMetered = defineEvent({
  topic: 'gateway.interval-metered.v1',
  key: (metering) => metering.meterId,
  schema: z.object({
    meterId: Id,
    siteId: Id,
    role: MeterRole,
    intervalStart: IntervalStart,
    run: Run,
    counters: z.object({
      startImportWh: EnergyWh,
      endImportWh: EnergyWh,
      startExportWh: EnergyWh,
      endExportWh: EnergyWh,
    }),
    importWh: EnergyWh,
    exportWh: EnergyWh,
    quality: Quality,
    attestation: Attestation,
    /** P-256 over SHA-256 of the ABI encoding that DESIGN fixes, by the key enrolled for the meter. */
    signature: P256Signature,
  }),
});
export type IntervalMetered = PayloadOf<typeof IntervalMetered>;

export const CommandProgressed = defineEvent({
  topic: 'gateway.command-progressed.v1',
  key: (progress) => progress.deviceId,
  schema: z.object({
    commandId: z.uuid(),
    deviceId: Id,
    siteId: Id,
    stage: z.enum(['accepted', 'applied', 'verified', 'expired', 'reverted', 'refused']),
    at: Instant,
    /** Set-point written to the device, after clamping to the hard limits. */
    setpointW: PowerW.optional(),
    /** Power of the device by the independent meter. */
    measuredW: PowerW.optional(),
    reason: z.string().optional(),
  }),
});
export type CommandProgressed = PayloadOf<typeof CommandProgressed>;

export const DeviceStatusChanged = defineEvent({
  topic: 'gateway.device-status-changed.v1',
  key: (status) => status.deviceId,
  schema: z.object({
    deviceId: Id,
    siteId: Id,
    status: z.enum(['online', 'degraded', 'offline', 'fault']),
    cause: z.string(),
    at: Instant,
  }),
});
export type DeviceStatusChanged = PayloadOf<typeof DeviceStatusChanged>;
