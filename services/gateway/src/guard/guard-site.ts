import { withinRange, type PowerRange } from '../setpoint/allowed-range.ts';

/** A controllable device as the guard sees it. */
export interface GuardedDevice {
  readonly deviceId: string;
  readonly kind: 'battery' | 'charger' | 'rack' | 'inverter';
  /** Set-point asked for by the layers below, inside the range. */
  readonly askedW: number;
  readonly range: PowerRange;
  /** Smallest power at which a charger runs; below it is off. */
  readonly minChargeW?: number | undefined;
  readonly measuredW?: number | undefined;
  /** False where the device has not done what was written: it is counted as it is measured. */
  readonly isFollowing: boolean;
}

export interface SiteLimits {
  readonly importLimitW: number;
  readonly exportLimitW: number;
}

/** What the guard narrowed last time: plain data. */
export type GuardState = Readonly<Record<string, { readonly side: 'import' | 'export'; readonly allowedW: number }>>;

export interface GuardDecision {
  readonly state: GuardState;
  readonly allowedW: ReadonlyMap<string, number>;
  /** Power by which the site still exceeds a limit after everything was narrowed; 0 where the limits hold. */
  readonly excessW: number;
}

/** Share of a limit kept free, so that the guard and a device that regulates at the same limit do not fight (C10). */
export const HEADROOM_SHARE = 0.02;
/** Room needed below the limit before anything is released, as a share of it. */
const RELEASE_SHARE = 0.05;
/** Share of its range by which a narrowed device is released per second. */
const RELEASE_PER_S = 0.01;
/** An inverter below this share of its rating will not swing back within a loop. */
const DUSK_SHARE = 0.05;

/**
 * Static-share limit guard: keeps the site's import and export inside its shares whatever the layers below ask (C10, C17).
 *
 * Method: the power that nobody controls is the revenue meter less the controllable devices as measured; added to what is asked
 * it predicts the site. Where that exceeds a limit less 2 %, devices are narrowed in a fixed order, at once, each only as far
 * as needed: import: rack to idle, battery to stop charging, charger, battery to discharge. Export: battery to stop
 * discharging, battery to charge, rack, then the inverter is curtailed. What was narrowed is released by a ramp of 1 % of
 * the range per second, only while the prediction stays 5 % below the limit. Without the revenue meter's power the
 * fail-safe holds: battery stops, charger at its minimum, rack idle, inverters together at most the export limit.
 * Units: W, load convention; limits positive. Deterministic; O(devices).
 *
 * Example: limit 5 kW, load 4 kW, battery asked for +3 kW: the battery gets +900 W.
 */
export function guardSite(
  site: { siteW?: number | undefined; limits: SiteLimits; elapsedS: number },
  devices: readonly GuardedDevice[],
  state: GuardState,
): GuardDecision {
  if (site.siteW === undefined) return failSafe(site.limits, devices, state);
  const freeW = devices.reduce((rest, device) => rest - (device.measuredW ?? 0), site.siteW);
  const allowed = new Map(devices.map((device) => [device.deviceId, device.askedW]));
  const bounds = {
    import: site.limits.importLimitW * (1 - HEADROOM_SHARE),
    export: site.limits.exportLimitW * (1 - HEADROOM_SHARE),
  };
  holdBack({ devices, state, allowed, elapsedS: site.elapsedS, siteW: site.siteW, limits: site.limits });
  const expectedW = (device: GuardedDevice): number =>
    expected(device, allowed.get(device.deviceId) ?? 0, device.deviceId in state);
  const predictedW = (): number => devices.reduce((sum, device) => sum + expectedW(device), freeW);
  for (const step of IMPORT_ORDER) relieve({ devices, allowed, expectedW }, step, predictedW() - bounds.import);
  for (const step of EXPORT_ORDER) relieve({ devices, allowed, expectedW }, step, -bounds.export - predictedW());
  const finalW = predictedW();
  const excessW = Math.max(0, finalW - site.limits.importLimitW, -finalW - site.limits.exportLimitW);
  return { state: narrowed(devices, allowed), allowedW: allowed, excessW };
}

type Relief = {
  readonly kind: GuardedDevice['kind'];
  readonly side: 'import' | 'export';
  readonly toW: (device: GuardedDevice) => number;
};

const IMPORT_ORDER: readonly Relief[] = [
  { kind: 'rack', side: 'import', toW: (device) => device.range.minW },
  { kind: 'battery', side: 'import', toW: () => 0 },
  { kind: 'charger', side: 'import', toW: (device) => device.range.minW },
  { kind: 'battery', side: 'import', toW: (device) => device.range.minW },
];
const EXPORT_ORDER: readonly Relief[] = [
  { kind: 'battery', side: 'export', toW: () => 0 },
  { kind: 'battery', side: 'export', toW: (device) => device.range.maxW },
  { kind: 'rack', side: 'export', toW: (device) => device.range.maxW },
  { kind: 'inverter', side: 'export', toW: (device) => device.range.maxW },
];

/**
 * Power a device will have: a free inverter makes what the sun gives; a curtailed one may make all it is allowed as soon as a
 * cloud has passed, until dusk.
 */
function expected(device: GuardedDevice, allowedW: number, wasNarrowed: boolean): number {
  if (!device.isFollowing || device.measuredW === undefined) return device.measuredW ?? 0;
  if (device.kind !== 'inverter') return allowedW;
  const isDusk = device.measuredW > DUSK_SHARE * device.range.minW;
  return wasNarrowed && !isDusk ? allowedW : Math.max(allowedW, device.measuredW);
}

interface Relieved {
  readonly devices: readonly GuardedDevice[];
  readonly allowed: Map<string, number>;
  readonly expectedW: (device: GuardedDevice) => number;
}

function relieve(site: Relieved, step: Relief, excessW: number): void {
  let leftW = excessW;
  for (const device of site.devices) {
    if (leftW <= 0 || device.kind !== step.kind) continue;
    // A device that does not follow is told all the same, but nothing is expected of it: the others make up for it.
    const toldW = site.allowed.get(device.deviceId) ?? device.askedW;
    const fromW = device.isFollowing ? site.expectedW(device) : toldW;
    const goalW = withinRange(step.toW(device), device.range);
    const nextW =
      step.side === 'import'
        ? floored(device, Math.floor(Math.max(Math.min(goalW, fromW), fromW - leftW)))
        : Math.ceil(Math.min(Math.max(goalW, fromW), fromW + leftW));
    if (device.isFollowing) leftW -= Math.abs(nextW - fromW);
    if (nextW !== fromW) site.allowed.set(device.deviceId, nextW);
  }
}

/** A charger below its minimum is off. */
function floored(device: GuardedDevice, powerW: number): number {
  return device.kind === 'charger' && powerW < (device.minChargeW ?? 0) ? device.range.minW : powerW;
}

function holdBack(now: {
  devices: readonly GuardedDevice[];
  state: GuardState;
  allowed: Map<string, number>;
  elapsedS: number;
  siteW: number;
  limits: SiteLimits;
}): void {
  for (const device of now.devices) {
    const last = now.state[device.deviceId];
    if (last === undefined) continue;
    const hasRoom =
      last.side === 'import'
        ? now.siteW <= now.limits.importLimitW * (1 - RELEASE_SHARE)
        : -now.siteW <= now.limits.exportLimitW * (1 - RELEASE_SHARE);
    const rampW = hasRoom ? (device.range.maxW - device.range.minW) * RELEASE_PER_S * now.elapsedS : 0;
    const askedW = device.askedW;
    const heldW =
      last.side === 'import' ? Math.min(askedW, last.allowedW + rampW) : Math.max(askedW, last.allowedW - rampW);
    now.allowed.set(device.deviceId, Math.round(withinRange(heldW, device.range)));
  }
}

function narrowed(devices: readonly GuardedDevice[], allowed: ReadonlyMap<string, number>): GuardState {
  const entries = devices.flatMap((device): [string, GuardState[string]][] => {
    const allowedW = allowed.get(device.deviceId) ?? device.askedW;
    if (allowedW === device.askedW) return [];
    return [[device.deviceId, { side: allowedW < device.askedW ? 'import' : 'export', allowedW }]];
  });
  return Object.fromEntries(entries);
}

function failSafe(limits: SiteLimits, devices: readonly GuardedDevice[], state: GuardState): GuardDecision {
  const inverterW = devices.reduce((sum, device) => sum + (device.kind === 'inverter' ? -device.range.minW : 0), 0);
  const share = inverterW > 0 ? Math.min(1, (limits.exportLimitW * (1 - HEADROOM_SHARE)) / inverterW) : 1;
  const safeW = (device: GuardedDevice): number => {
    if (device.kind === 'inverter') return Math.max(device.askedW, Math.ceil(device.range.minW * share));
    if (device.kind === 'battery') return withinRange(0, device.range);
    const minimumW = device.kind === 'charger' ? (device.minChargeW ?? 0) : device.range.minW;
    return Math.min(device.askedW, Math.max(minimumW, device.range.minW));
  };
  const allowed = new Map(devices.map((device) => [device.deviceId, safeW(device)]));
  return { state: { ...state, ...narrowed(devices, allowed) }, allowedW: allowed, excessW: 0 };
}
