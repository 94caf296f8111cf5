import type { DeviceRegistered, MeterRole, SiteConfigured } from '@wattmesh/events';
import type { DeviceState, KnownStatus } from '../device/device-state.ts';
import { batteriesOf, type CommunityDirectory } from '../directory/community-directory.ts';
import type { BatteryNow, DeviceStatus, NowView, SiteNow } from '../view/now-view.schema.ts';

/** What is known of the devices at a moment. */
export interface KnownDevices {
  readonly nowMs: number;
  readonly states: ReadonlyMap<string, DeviceState>;
  readonly statuses: ReadonlyMap<string, KnownStatus>;
}

/** A value older than a delivery interval says nothing about now. */
const FRESH_MS = 900_000;
/** The worst first; one that was never heard of is worse than one that is well. */
const STATUSES: readonly DeviceStatus[] = ['fault', 'offline', 'degraded', 'unknown', 'online'];

/** What flows in a community: see `NowView`. O(devices). */
export function buildNowView(directory: CommunityDirectory, known: KnownDevices): NowView {
  const { limitImportW, limitExportW } = directory.community.feeder;
  const sites = directory.sites.map((site) => siteNow(directory, site, known));
  return {
    asOf: new Date(known.nowMs).toISOString(),
    feeder: { ...valueOf(directory.community.headMeterId, known), limitImportW, limitExportW },
    totals: {
      ...named('loadW', sumOf(sites.map(({ loadW }) => loadW))),
      ...named('generationW', sumOf(sites.map(({ generationW }) => generationW))),
      ...named('storageW', sumOf(sites.map(({ storageW }) => storageW))),
      ...named('chargingW', sumOf(sites.map(({ chargingW }) => chargingW))),
      ...named('netW', sumOf(sites.map(({ powerW }) => powerW))),
      missingSites: sites.filter(({ powerW }) => powerW === undefined).length,
    },
    sites,
    batteries: batteriesOf(directory).map((device) => batteryNow(device, known)),
  };
}

function siteNow(directory: CommunityDirectory, site: SiteConfigured, known: KnownDevices): SiteNow {
  const devices = directory.devicesBySite.get(site.siteId) ?? [];
  const revenue = devices.find(({ meterRole }) => meterRole === 'revenue');
  return {
    siteId: site.siteId,
    name: site.name,
    ...(revenue === undefined ? { quality: 'missing' as const } : valueOf(revenue.deviceId, known)),
    ...named('loadW', wholeSumOf(devices, 'load', known)),
    ...named('generationW', wholeSumOf(devices, 'generation', known)),
    ...named('storageW', wholeSumOf(devices, 'storage', known)),
    ...named('chargingW', wholeSumOf(devices, 'charging', known)),
    status: worstOf(devices.map(({ deviceId }) => known.statuses.get(deviceId) ?? 'unknown')),
  };
}

function batteryNow(device: ReturnType<typeof batteriesOf>[number], known: KnownDevices): BatteryNow {
  const { deviceId, siteId, authority, battery } = device;
  const points = freshPoints(deviceId, known);
  return {
    deviceId,
    siteId,
    ...valueOf(deviceId, known),
    ...named('socPct', points?.socPct),
    ...named('setpointW', points?.setpointW),
    reservePct: battery.reservePct,
    capacityWh: battery.capacityWh,
    maxChargeW: battery.maxChargeW,
    maxDischargeW: battery.maxDischargeW,
    ...named('authority', authority),
  };
}

function freshPoints(deviceId: string, { nowMs, states }: KnownDevices): DeviceState['points'] | undefined {
  const state = states.get(deviceId);
  return state !== undefined && nowMs - Date.parse(state.measuredAt) <= FRESH_MS ? state.points : undefined;
}

function valueOf(deviceId: string, known: KnownDevices): Pick<SiteNow, 'powerW' | 'measuredAt' | 'quality'> {
  const state = known.states.get(deviceId);
  if (state === undefined) return { quality: 'missing' };
  const powerW = freshPoints(deviceId, known)?.powerW;
  const { measuredAt, quality } = state;
  return { ...named('powerW', powerW), measuredAt, quality: powerW === undefined ? 'missing' : quality };
}

/** Only a sum in which nothing is missing says what a site does. */
function wholeSumOf(devices: readonly DeviceRegistered[], role: MeterRole, known: KnownDevices): number | undefined {
  const powers = devices
    .filter(({ meterRole }) => meterRole === role)
    .map(({ deviceId }) => freshPoints(deviceId, known)?.powerW);
  return powers.includes(undefined) ? undefined : sumOf(powers);
}

function sumOf(values: readonly (number | undefined)[]): number | undefined {
  const given = values.filter((value) => value !== undefined);
  return given.length === 0 ? undefined : given.reduce((sum, value) => sum + value, 0);
}

function worstOf(statuses: readonly DeviceStatus[]): DeviceStatus {
  return STATUSES.find((status) => statuses.includes(status)) ?? 'unknown';
}

function named<K extends string, V>(key: K, value: V | undefined): { [P in K]?: V } {
  return (value === undefined ? {} : { [key]: value }) as { [P in K]?: V };
}
