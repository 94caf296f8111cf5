import type {
  CommunityConfigured,
  DeviceRegistered,
  ForecastPublished,
  ReadingTaken,
  SiteConfigured,
} from '@wattmesh/events';
import { INTERVAL_MS } from '@wattmesh/platform/clock';
import { allocateEnvelopes } from '../envelope/allocate-envelopes.ts';
import { priceAtInterval } from '../price/price-at-interval.ts';
import { alignForecast, type SiteForecast } from './align-forecast.ts';
import type { CommunityProblem, UnpricedSite } from './plan-community.ts';
import type { BatteryProblem } from './site-problem.ts';

/** The last trustworthy poll of a device. */
export interface LatestReading {
  measuredAtMs: number;
  points: ReadingTaken['points'];
}

/** What is known when a plan is made. */
export interface Situation {
  community: CommunityConfigured;
  sites: SiteConfigured[];
  devices: DeviceRegistered[];
  forecasts: ReadonlyMap<string, ForecastPublished>;
  readings: ReadonlyMap<string, LatestReading>;
  nowMs: number;
  firstIntervalStartMs: number;
  intervals: number;
  /** Age from which a reading says nothing about now. */
  staleMs: number;
}

export interface Assembled {
  problem: CommunityProblem;
  /** Sites that are not planned and why; their last schedule stays in force. */
  left: { siteId: string; why: 'no forecast' | 'no state of charge' }[];
}

const HOUR_MS = 3_600_000;
/** Below this state of charge cells give less than their rated power. */
const WEAK_BELOW_PCT = 5;
/** Departures are not known: an EV's energy is due within this time of planning, so that a car is never kept waiting for a price overnight. */
const EV_DUE_INTERVALS = 24;

/**
 * The community's planning problem from registry, forecasts and last readings.
 *
 * Money is planned on the forecast's median; the connection's limits keep free what P90 demand and P10 generation (import), P10 demand and
 * P90 generation (export) may add, but never force a device to act for it. State of charge is carried forward from its reading to the
 * start of the horizon. A site without a forecast or with an unknown state of charge is left out and named: missing is never zero.
 * Precondition: the tariff has a band for every hour (undefined otherwise). Units: W, Wh, epoch ms.
 *
 * Example: a home with meters alone becomes a site without devices: it is priced, not planned.
 */
export function assembleProblem(situation: Situation): Assembled | undefined {
  const { community, firstIntervalStartMs, intervals } = situation;
  const starts = Array.from({ length: intervals }, (_, t) => firstIntervalStartMs + t * INTERVAL_MS);
  const tariff = starts.map((intervalStartMs) =>
    priceAtInterval(community.tariff, { intervalStartMs, timeZone: community.timeZone }),
  );
  if (!tariff.every((step) => step !== undefined)) return undefined;
  const durationH = starts.map((start) => Math.min(INTERVAL_MS, start + INTERVAL_MS - situation.nowMs) / HOUR_MS);
  const left: Assembled['left'] = [];
  const sites = situation.sites.toSorted(bySiteId).flatMap((site): UnpricedSite[] => {
    const devices = situation.devices.filter((device) => device.siteId === site.siteId);
    if (!devices.some((device) => device.meterRole === 'revenue')) return [];
    const forecast = alignForecast(situation.forecasts.get(site.siteId), { devices, firstIntervalStartMs, intervals });
    if (forecast === undefined) return (left.push({ siteId: site.siteId, why: 'no forecast' }), []);
    const problem = siteProblem(situation, { site, devices, forecast, durationH });
    return problem === undefined ? (left.push({ siteId: site.siteId, why: 'no state of charge' }), []) : [problem];
  });
  return { problem: { tariff, sites: withinFeeder(situation, sites, left) }, left };
}

interface SiteFacts {
  site: SiteConfigured;
  devices: DeviceRegistered[];
  forecast: SiteForecast;
  durationH: number[];
}

function siteProblem(situation: Situation, facts: SiteFacts): UnpricedSite | undefined {
  const { site, forecast, durationH } = facts;
  const controlled = facts.devices
    .filter((device) => device.authority !== undefined)
    .toSorted((a, b) => (a.deviceId < b.deviceId ? -1 : 1));
  const batteries = controlled
    .filter((device) => device.battery !== undefined)
    .map((device) => batteryProblem(situation, device));
  if (!batteries.every((battery) => battery !== undefined)) return undefined;
  const inverter = controlled.find((device) => device.kind === 'inverter');
  return {
    siteId: site.siteId,
    firstIntervalStartMs: situation.firstIntervalStartMs,
    durationH,
    loadW: forecast.loadW,
    generationW: forecast.generationW,
    importLimitW: forecast.loadW.map((loadW, t) =>
      keptLimit(site.importLimitW, forecast.importMarginW[t]!, loadW - forecast.generationW[t]!),
    ),
    exportLimitW: forecast.loadW.map((loadW, t) =>
      keptLimit(site.exportLimitW, forecast.exportMarginW[t]!, forecast.generationW[t]! - loadW),
    ),
    batteries,
    chargers: controlled.flatMap((device) => chargerProblem(situation, device)),
    racks: controlled.flatMap(({ deviceId, rack }) =>
      rack === undefined
        ? []
        : [{ deviceId, maxW: rack.maxPowerW, idleW: rack.idlePowerW, valueMicroPerKwh: rack.valueMicroPerKwh }],
    ),
    ...(inverter === undefined ? {} : { inverter: { deviceId: inverter.deviceId, ratedW: inverter.ratedW } }),
  };
}

/** The limit less the margin, but never below what the site draws by itself. */
const keptLimit = (limitW: number, marginW: number, netW: number): number =>
  Math.max(limitW - marginW, Math.min(limitW, Math.max(0, netW)));

function freshReading(situation: Situation, deviceId: string): LatestReading | undefined {
  const reading = situation.readings.get(deviceId);
  return reading !== undefined && situation.nowMs - reading.measuredAtMs <= situation.staleMs ? reading : undefined;
}

function batteryProblem(situation: Situation, device: DeviceRegistered): BatteryProblem | undefined {
  const { battery } = device;
  const reading = freshReading(situation, device.deviceId);
  if (battery === undefined || reading?.points.socPct === undefined) return undefined;
  const efficiency = Math.sqrt(battery.roundTripEfficiencyPct / 100);
  const aheadH = Math.max(0, situation.firstIntervalStartMs - reading.measuredAtMs) / HOUR_MS;
  const powerW = reading.points.powerW ?? 0;
  const movedWh = powerW * aheadH * (powerW >= 0 ? efficiency : 1 / efficiency);
  const socWh = (battery.capacityWh * reading.points.socPct) / 100 + movedWh;
  return {
    deviceId: device.deviceId,
    capacityWh: battery.capacityWh,
    socWh: Math.min(battery.capacityWh, Math.max(0, socWh)),
    minWh: (battery.capacityWh * Math.max(WEAK_BELOW_PCT, battery.reservePct)) / 100,
    maxWh: battery.capacityWh,
    maxChargeW: battery.maxChargeW,
    maxDischargeW: battery.maxDischargeW,
    efficiency,
    wearMicroPerKwh: battery.wearMicroPerKwh,
  };
}

function chargerProblem(situation: Situation, device: DeviceRegistered): UnpricedSite['chargers'] {
  const points = freshReading(situation, device.deviceId)?.points;
  if (device.charger === undefined || points?.isPluggedIn !== true || points.wantedWh === undefined) return [];
  return [
    {
      deviceId: device.deviceId,
      maxW: device.charger.maxChargeW,
      minW: device.charger.minChargeW,
      wantedWh: points.wantedWh,
      dueIndex: EV_DUE_INTERVALS - 1,
    },
  ];
}

/** Each site's limits cut to its part of the feeder's. A site that is not planned may use its static share all the same. */
function withinFeeder(
  { community, sites: configured }: Situation,
  sites: UnpricedSite[],
  left: Assembled['left'],
): UnpricedSite[] {
  const { limitImportW, limitExportW } = community.feeder;
  const largest = (limits: readonly number[]): number => Math.max(0, ...limits);
  const unplanned = configured.filter(({ siteId }) => left.some((one) => one.siteId === siteId));
  const claim = (siteId: string, limitW: number) => ({ siteId, staticW: limitW, needW: limitW });
  const importW = allocateEnvelopes(limitImportW, [
    ...sites.map((site) => claim(site.siteId, largest(site.importLimitW))),
    ...unplanned.map((site) => claim(site.siteId, site.importLimitW)),
  ]);
  const exportW = allocateEnvelopes(limitExportW, [
    ...sites.map((site) => claim(site.siteId, largest(site.exportLimitW))),
    ...unplanned.map((site) => claim(site.siteId, site.exportLimitW)),
  ]);
  return sites.map((site, index) => ({
    ...site,
    importLimitW: site.importLimitW.map((limitW) => Math.min(limitW, importW[index]!)),
    exportLimitW: site.exportLimitW.map((limitW) => Math.min(limitW, exportW[index]!)),
  }));
}

const bySiteId = (a: SiteConfigured, b: SiteConfigured): number => (a.siteId < b.siteId ? -1 : 1);
