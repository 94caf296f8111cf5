import type { DeviceRegistered } from '@wattmesh/events';
import type { Tick } from './decide-command.ts';

/** A home battery for specs: 6.4 kWh, 5 kW, 10 % reserve. */
export const aBatteryDevice = (changes: Partial<DeviceRegistered> = {}): DeviceRegistered => ({
  deviceId: 'home-1-ess',
  siteId: 'home-1',
  kind: 'battery',
  meterRole: 'storage',
  unitId: 4,
  profile: 'sunspec',
  phases: 1,
  ratedW: 5000,
  authority: 'owner',
  battery: {
    capacityWh: 6400,
    maxChargeW: 5000,
    maxDischargeW: 5000,
    roundTripEfficiencyPct: 90,
    reservePct: 10,
    wearMicroPerKwh: 20_000,
  },
  serial: 'ess-1',
  ...changes,
});

export const START_MS = Date.parse('2017-07-17T16:00:00Z');

/** A tick at the start of an interval, one minute's period, half-full battery that is to store 1000 W. */
export const aTick = (changes: Partial<Tick> = {}): Tick => ({
  nowMs: START_MS,
  intervalStartMs: START_MS,
  periodMs: 60_000,
  expiryMs: 300_000,
  device: aBatteryDevice(),
  slot: { setpointW: 1000, siteW: 0, code: 'self-consumption' },
  reason: { code: 'self-consumption', text: 'stores own surplus' },
  readings: {
    device: { measuredAtMs: START_MS, points: { powerW: 0, socPct: 50 } },
    meter: undefined,
    others: [{ measuredAtMs: START_MS, points: { powerW: -1000 } }],
  },
  last: undefined,
  ...changes,
});
