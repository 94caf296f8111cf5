import {
  MeterRole,
  type DeviceRegistered,
  type EventDefinition,
  type ForecastPublished,
  type IntervalCleared,
  type IntervalMetered,
  type PayloadOf,
  type PlanPublished,
  type ReadingTaken,
} from '@wattmesh/events';
import { clearInterval } from '@wattmesh/market/clear-interval';
import type { IntervalOutcome, MeteredEnergy } from '@wattmesh/market/interval-input';
import { priceAtInterval } from '@wattmesh/market/price-at-interval';
import { toRecord, type OutgoingRecord } from '@wattmesh/platform';
import type { RegistryDocument } from '../registry/registry.schema.ts';
import { aDocument } from './a-document.ts';

export const LANE_START = Date.parse('2026-03-27T12:00:00.000Z');
export const at = (interval: number): string => new Date(LANE_START + interval * 900_000).toISOString();
export const HASH = `0x${'ab'.repeat(32)}`;
export const SIGNATURE = `0x${'12'.repeat(64)}`;
const HOMES = ['home-1', 'home-2', 'home-3'];

const role = (deviceId: string): MeterRole => MeterRole.options.find((each) => deviceId.endsWith(each)) ?? 'revenue';

const device = (siteId: string, kind: DeviceRegistered['kind'], suffix: string): DeviceRegistered => ({
  deviceId: `${siteId}-${suffix}`,
  siteId,
  kind,
  meterRole: role(suffix),
  unitId: 1,
  profile: 'sunspec',
  phases: 1,
  ratedW: 5000,
  serial: `${siteId}-${suffix}`,
});

const BATTERY = {
  capacityWh: 6000,
  maxChargeW: 3000,
  maxDischargeW: 3000,
  roundTripEfficiencyPct: 90,
  reservePct: 10,
  wearMicroPerKwh: 20_000,
};

function devicesOf(homes: readonly string[]): DeviceRegistered[] {
  return [
    ...homes.flatMap((siteId) => [
      device(siteId, 'meter', 'revenue'),
      device(siteId, 'meter', 'load'),
      device(siteId, 'inverter', 'generation'),
      { ...device(siteId, 'battery', 'storage'), authority: 'owner' as const, battery: BATTERY },
    ]),
    { ...device('head', 'meter', 'head'), deviceId: 'head-meter' },
  ];
}

/** A lane in Berlin of homes with sun and a battery each, behind one feeder; two days before its clocks go forward. */
export function aLane(communityId = 'lane', homes: readonly string[] = HOMES): RegistryDocument {
  const { community, members, sites, meters } = aDocument();
  const [home, head] = [sites[0]!, sites[1]!];
  const devices = devicesOf(homes);
  return {
    community: {
      ...community,
      communityId,
      timeZone: 'Europe/Berlin',
      startsAt: at(0),
      tariff: {
        ...community.tariff,
        bands: [
          { fromLocalHour: 16, toLocalHour: 20, retailMicroPerKwh: 400_000 },
          { fromLocalHour: 0, toLocalHour: 24, retailMicroPerKwh: 300_000 },
        ],
      },
    },
    members: [
      ...homes.map((memberId) => ({ ...members[0]!, memberId, communityId, name: memberId })),
      ...members.slice(1).map((member) => ({ ...member, communityId })),
    ],
    sites: [
      ...homes.map((siteId) => ({
        ...home,
        siteId,
        memberId: siteId,
        communityId,
        importLimitW: 500,
        exportLimitW: 500,
      })),
      { ...head, communityId },
    ],
    devices,
    meters: devices.map(({ deviceId, siteId, meterRole }, index) => ({
      ...meters[0]!,
      meterId: deviceId,
      siteId,
      communityId,
      memberId: siteId === 'head' ? 'supplier' : siteId,
      role: meterRole,
      publicKey: `0x${String(index).padStart(128, '0')}`,
    })),
  };
}

export function aReading(deviceId: string, points: ReadingTaken['points'], measuredAt: string): ReadingTaken {
  const siteId = deviceId === 'head-meter' ? 'head' : deviceId.slice(0, deviceId.lastIndexOf('-'));
  return { deviceId, siteId, measuredAt, receivedAt: measuredAt, quality: 'measured', points };
}

export function aMetering(
  meterId: string,
  interval: number,
  change: Partial<Pick<IntervalMetered, 'importWh' | 'exportWh' | 'quality' | 'run'>> = {},
): IntervalMetered {
  return {
    meterId,
    siteId: meterId === 'head-meter' ? 'head' : meterId.slice(0, meterId.lastIndexOf('-')),
    role: role(meterId.replace('-meter', '')),
    intervalStart: at(interval),
    run: 'preliminary',
    counters: { startImportWh: 0, endImportWh: 0, startExportWh: 0, endExportWh: 0 },
    importWh: 0,
    exportWh: 0,
    quality: 'measured',
    attestation: 'gatewaySoftware',
    signature: SIGNATURE,
    ...change,
  };
}

/** Net energy of each home in one interval: positive imports. */
export type NetWh = Readonly<Record<string, number>>;

const meterOf = (memberId: string, wh: number): MeteredEnergy => ({
  meterId: memberId,
  siteId: memberId,
  memberId,
  role: 'revenue',
  importWh: Math.max(0, wh),
  exportWh: Math.max(0, -wh),
  isSubstituted: false,
});

function clear(
  interval: number,
  netWh: NetWh,
): Pick<IntervalCleared, 'retailMicroPerKwh' | 'feedInMicroPerKwh'> & IntervalOutcome {
  const { tariff, timeZone } = aLane().community;
  const price = priceAtInterval(tariff, { intervalStart: at(interval), timeZone });
  const { retailMicroPerKwh, feedInMicroPerKwh } = price;
  const homes = Object.keys(netWh);
  const sumWh = Object.values(netWh).reduce((sum, wh) => sum + wh, 0);
  const limits = { priceFloorMicroPerKwh: 0, priceCeilingMicroPerKwh: 1_000_000 };
  const outcome = clearInterval({
    supplierMemberId: 'supplier',
    residualMemberId: 'residual',
    lossPct: 1,
    memberIds: [...homes, 'supplier', 'residual'],
    meterings: [
      ...homes.map((home) => meterOf(home, netWh[home]!)),
      { ...meterOf('supplier', sumWh + 3), role: 'head' },
    ],
    mandates: homes.map((memberId) => ({ memberId, mandateHash: HASH, ...limits })),
    orders: homes.flatMap((memberId) => [
      { memberId, side: 'bid' as const, limitMicroPerKwh: retailMicroPerKwh },
      { memberId, side: 'ask' as const, limitMicroPerKwh: feedInMicroPerKwh },
    ]),
    price,
  });
  return { ...outcome, retailMicroPerKwh, feedInMicroPerKwh };
}

/** What the market makes of an interval in which every home trades. */
export function aClearing(interval: number, run: string, netWh: NetWh): IntervalCleared {
  return {
    ...clear(interval, netWh),
    communityId: 'lane',
    intervalStart: at(interval),
    run,
    closedAt: at(interval + 1),
    inputs: {
      meterings: Object.keys(netWh).map((home) => ({ meterId: `${home}-revenue`, hash: HASH, isSubstituted: false })),
      ordersHash: HASH,
      tariffHash: HASH,
    },
  };
}

const MODEL: ForecastPublished['model'] = {
  name: 'mixer',
  version: '1',
  backend: 'wasm',
  isBaseline: false,
  mase: 0.8,
};

export function aForecast(siteId: string, interval: number, p50Wh: number): ForecastPublished {
  const flat = (wh: number): number[] => Array.from({ length: 8 }, () => wh);
  const series = (wh: number) => ({ p10Wh: flat(wh - 30), p50Wh: flat(wh), p90Wh: flat(wh + 40) });
  return {
    siteId,
    issuedAt: at(interval - 0.1),
    firstIntervalStart: at(interval),
    load: series(p50Wh),
    generation: series(p50Wh * 2),
    model: MODEL,
  };
}

export function aPlan(siteId: string, interval: number, siteW: number): PlanPublished {
  const flat = (value: number): number[] => Array.from({ length: 8 }, () => value);
  return {
    planId: '0190a1b2-0000-7000-8000-000000000001',
    siteId,
    issuedAt: at(interval - 0.05),
    firstIntervalStart: at(interval),
    costMicro: 1000,
    siteW: flat(siteW),
    devices: [{ deviceId: `${siteId}-storage`, powerW: flat(400), socPct: flat(60) }],
    binding: ['feeder'],
    isRelaxed: false,
  };
}

let count = 0;
const sequences = new Map<string, number>();

/** Records of events, each with an id and a number of its own. */
export function recordsOf<E extends EventDefinition>(event: E, payloads: readonly PayloadOf<E>[]): OutgoingRecord[] {
  return payloads.map((payload) => {
    const key = `${event.topic} ${event.key(payload)}`;
    const sequence = (sequences.get(key) ?? 0) + 1;
    sequences.set(key, sequence);
    count += 1;
    return toRecord(event, payload, { id: `event-${count}`, source: event.owner, time: at(0), sequence });
  });
}
