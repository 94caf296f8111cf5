import { z } from 'zod';
import { countEnergy, type Counters } from '../physics/count-energy.ts';
import { stepBattery } from '../physics/step-battery.ts';
import { stepCharger, type EvSession } from '../physics/step-charger.ts';
import { QUARTER_MS, quarterStartOf, type Profiles } from '../profiles/profiles.ts';
import { seedOf, uniformAt } from '../profiles/sample-noise.ts';
import type { ScenarioDevice, ScenarioSite } from '../scenario/scenario.schema.ts';
import { DeviceState } from './device-state.ts';
import { batteryModel, operateDevice } from './operate-device.ts';
import type { SkyState } from './sky.ts';

/** What a site is made of. */
export interface SitePlan {
  readonly site: ScenarioSite;
  readonly devices: readonly ScenarioDevice[];
  /** Cars that come to a charger. */
  readonly sessions: ReadonlyMap<string, readonly EvSession[]>;
}

/** What a site remembers; plain JSON. */
export const SiteState = z.object({
  /** Net power at the connection and power of the household, held. */
  netW: z.number(),
  loadW: z.number(),
  devices: z.record(z.string(), DeviceState),
});
export type SiteState = z.infer<typeof SiteState>;

export function startSite(plan: SitePlan, seed: number): SiteState {
  const devices = plan.devices.map((device): [string, DeviceState] => {
    const state: DeviceState = { powerW: 0, counters: firstCounters(device, seed), control: {} };
    if (device.battery && device.cells) state.storedWh = (device.battery.capacityWh * device.cells.initialSocPct) / 100;
    return [device.deviceId, state];
  });
  return { netW: 0, loadW: 0, devices: Object.fromEntries(devices) };
}

/**
 * New operating point: every device's power from its target, the household from its profile, the revenue meter from the sum of all.
 *
 * Returns the instant by which a device wants the next one.
 */
export function operateSite(
  plan: SitePlan,
  state: SiteState,
  around: { atMs: number; horizonMs: number; sky: SkyState; profiles: Profiles },
): number {
  const quarterMs = quarterStartOf(around.atMs);
  const quarterWh = around.profiles.loadWh(plan.site.siteId, quarterMs);
  state.loadW = (quarterWh * 3_600_000) / QUARTER_MS;
  state.netW = state.loadW;
  let wantedMs = Number.POSITIVE_INFINITY;
  for (const device of plan.devices) {
    const own = stateOf(state, device);
    const sessions = plan.sessions.get(device.deviceId) ?? [];
    wantedMs = Math.min(wantedMs, operateDevice(device, own, { ...around, sessions }) ?? wantedMs);
    if (device.kind !== 'meter') state.netW += own.powerW;
    if (device.kind === 'meter' && device.meterRole === 'load') openQuarter(own, { startMs: quarterMs, wh: quarterWh });
  }
  for (const device of plan.devices) {
    if (device.kind !== 'meter' || device.meterRole === 'head') continue;
    stateOf(state, device).powerW = device.meterRole === 'load' ? state.loadW : state.netW;
  }
  return wantedMs;
}

/** Lets the held powers flow until an instant. */
export function integrateSite(
  plan: SitePlan,
  state: SiteState,
  span: { fromMs: number; toMs: number; errorPct: (deviceId: string) => number },
): void {
  const dtS = (span.toMs - span.fromMs) / 1000;
  for (const device of plan.devices) {
    const own = stateOf(state, device);
    const errorPct = span.errorPct(device.deviceId);
    if (device.kind === 'meter' && device.meterRole === 'load') countLoad(own, { toMs: span.toMs, errorPct });
    else own.counters = countEnergy(own.counters, { powerW: own.powerW, dtS, errorPct });
    if (device.kind === 'battery') {
      own.storedWh = stepBattery(
        batteryModel(device),
        { storedWh: own.storedWh ?? 0 },
        { acceptedW: own.acceptedW ?? 0, dtS },
      ).storedWh;
    }
    if (device.kind === 'charger') own.deliveredWh = stepCharger(own.deliveredWh ?? 0, { acceptedW: own.powerW, dtS });
  }
}

export function stateOf(state: SiteState, device: { deviceId: string }): DeviceState {
  const own = state.devices[device.deviceId];
  if (own === undefined) throw new TypeError(`the site has no state of ${device.deviceId}`);
  return own;
}

/** A device in use has counted before: a counter of 0 would read as not implemented (DOMAIN_RULES C1). */
function firstCounters(device: ScenarioDevice, seed: number): Counters {
  const draw = (index: number): number =>
    device.countersFromWh ??
    10_000 + Math.floor(8_000_000 * uniformAt(seedOf(seed, device.deviceId, 'counter'), index));
  const [importWh, exportWh] = [draw(0), draw(1)];
  return { importWh, exportWh, shownImportWh: importWh, shownExportWh: exportWh };
}

function openQuarter(own: DeviceState, quarter: { startMs: number; wh: number }): void {
  if (own.quarter?.startMs === quarter.startMs) return;
  own.quarter = {
    ...quarter,
    baseWh: own.quarter === undefined ? own.counters.importWh : own.quarter.baseWh + own.quarter.wh,
  };
}

/** The household's counter in closed form: whole Wh at every quarter boundary, however often it is asked in between. */
function countLoad(own: DeviceState, span: { toMs: number; errorPct: number }): void {
  if (own.quarter === undefined) return;
  const importWh = own.quarter.baseWh + (own.quarter.wh * (span.toMs - own.quarter.startMs)) / QUARTER_MS;
  const shownWh = (importWh - own.counters.importWh) * (1 + span.errorPct / 100);
  own.counters = { ...own.counters, importWh, shownImportWh: own.counters.shownImportWh + shownWh };
}
