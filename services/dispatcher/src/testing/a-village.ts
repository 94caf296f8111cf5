import type {
  CommunityConfigured,
  DeviceRegistered,
  ForecastPublished,
  ReadingTaken,
  SiteConfigured,
} from '@wattmesh/events';

/** Monday 09:00 in Los Angeles. */
export const START_MS = Date.parse('2017-07-17T16:00:00Z');

const ADDRESS = `0x${'00'.repeat(20)}`;

/** A community for specs: the village's tariff and feeder. */
export const aCommunity = (): CommunityConfigured => ({
  communityId: 'village',
  name: 'Village',
  timeZone: 'America/Los_Angeles',
  currency: 'USD',
  topology: 'behindPcc',
  mechanism: { timing: 'expost', pricing: 'auction', split: 'supplyDemandRatio' },
  settlementPeriodIntervals: 4,
  startsAt: new Date(START_MS).toISOString(),
  supplierMemberId: 'supplier',
  residualMemberId: 'residual',
  headMeterId: 'feeder-head-meter',
  feeder: { feederId: 'feeder', limitImportW: 120_000, limitExportW: 80_000, lossPct: 1.5 },
  tariff: {
    bands: [
      {
        months: [6, 7, 8, 9],
        weekdays: [1, 2, 3, 4, 5],
        fromLocalHour: 16,
        toLocalHour: 21,
        retailMicroPerKwh: 540_000,
      },
      { fromLocalHour: 0, toLocalHour: 24, retailMicroPerKwh: 220_000 },
    ],
    feedInMicroPerKwh: 50_000,
    sharedChargesMicroPerKwh: 20_000,
  },
  chain: { chainId: 31_337, registry: ADDRESS, settlement: ADDRESS, token: ADDRESS },
});

export const aSite = (siteId: string): SiteConfigured => ({
  siteId,
  communityId: 'village',
  memberId: siteId,
  name: siteId,
  timeZone: 'America/Los_Angeles',
  latitudeDeg: 34,
  longitudeDeg: -118,
  phases: 1,
  fuseA: 100,
  importLimitW: 6000,
  exportLimitW: 4500,
  endpoint: { host: '127.0.0.1', port: 1502 },
});

const ROLES = {
  meter: { kind: 'meter', meterRole: 'revenue' },
  load: { kind: 'meter', meterRole: 'load' },
  inverter: { kind: 'inverter', meterRole: 'generation' },
  battery: { kind: 'battery', meterRole: 'storage' },
  charger: { kind: 'charger', meterRole: 'charging' },
} as const;

/** A device whose site is the part of its id before the last dash. */
export function aDevice(deviceId: string, kind: keyof typeof ROLES): DeviceRegistered {
  const device: DeviceRegistered = {
    deviceId,
    siteId: deviceId.slice(0, deviceId.lastIndexOf('-')),
    ...ROLES[kind],
    unitId: 1,
    profile: 'sunspec',
    phases: 1,
    ratedW: 5000,
    serial: deviceId,
  };
  if (kind === 'battery') {
    const battery = {
      capacityWh: 6400,
      maxChargeW: 5000,
      maxDischargeW: 5000,
      roundTripEfficiencyPct: 90,
      reservePct: 10,
      wearMicroPerKwh: 20_000,
    };
    return { ...device, authority: 'owner', battery };
  }
  return kind === 'charger'
    ? { ...device, authority: 'owner', charger: { maxChargeW: 7200, minChargeW: 1440 } }
    : device;
}

/** A flat day from the start on: P10 is half, P90 one and a half times the median. */
export function aForecast(
  siteId: string,
  medians: { loadWh: number; generationWh: number },
  issuedAtMs = START_MS,
): ForecastPublished {
  const series = (p50Wh: number) => {
    const flat = (factor: number): number[] => Array.from({ length: 96 }, () => p50Wh * factor);
    return { p10Wh: flat(0.5), p50Wh: flat(1), p90Wh: flat(1.5) };
  };
  return {
    siteId,
    issuedAt: new Date(issuedAtMs).toISOString(),
    firstIntervalStart: new Date(Math.floor(issuedAtMs / 900_000) * 900_000).toISOString(),
    load: series(medians.loadWh),
    generation: series(medians.generationWh),
    model: { name: 'seasonal-naive', version: '1', backend: 'none', isBaseline: true },
  };
}

export const aReading = (deviceId: string, points: ReadingTaken['points'], atMs = START_MS): ReadingTaken => ({
  deviceId,
  siteId: deviceId.slice(0, deviceId.lastIndexOf('-')),
  measuredAt: new Date(atMs).toISOString(),
  receivedAt: new Date(atMs).toISOString(),
  quality: 'measured',
  points,
});
