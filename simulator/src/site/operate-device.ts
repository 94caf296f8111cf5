import { curtail } from '../physics/compute-pv-power.ts';
import { acceptBatteryPower, type BatteryModel } from '../physics/step-battery.ts';
import { acceptChargerPower, sessionAt, type EvSession } from '../physics/step-charger.ts';
import { clampRackTarget, stepRack, type RackModel } from '../physics/step-rack.ts';
import type { ScenarioDevice } from '../scenario/scenario.schema.ts';
import type { DeviceState } from './device-state.ts';
import { availableSolarW } from './solar-power.ts';
import type { SkyState } from './sky.ts';

/** The world around a device at an operating point, which holds for `horizonMs` at most. */
export interface Surroundings {
  readonly atMs: number;
  readonly horizonMs: number;
  readonly sky: SkyState;
  readonly sessions: readonly EvSession[];
}

/**
 * Sets the power a device holds from now on, out of its target, its state and its surroundings. Meters are the site's matter.
 *
 * Returns the instant by which it wants its next operating point, where that comes before the horizon.
 */
export function operateDevice(device: ScenarioDevice, state: DeviceState, around: Surroundings): number | undefined {
  if (device.kind === 'inverter') operateInverter(device, state, around);
  if (device.kind === 'battery') operateBattery(device, state, around);
  if (device.kind === 'charger') operateCharger(device, state, around);
  return device.kind === 'rack' ? operateRack(device, state, around) : undefined;
}

/** What the cells of a battery need to know of their scenario. */
export function batteryModel(device: ScenarioDevice): BatteryModel {
  const { battery, cells } = device;
  if (battery === undefined || cells === undefined) throw new TypeError(`${device.deviceId} is no battery`);
  return { ...battery, leakPctPerDay: cells.leakPctPerDay };
}

function operateInverter(device: ScenarioDevice, state: DeviceState, around: Surroundings): void {
  state.availableW = availableSolarW(device, around.sky);
  state.powerW = -curtail(state.availableW, state.control.targetW);
}

function operateBattery(device: ScenarioDevice, state: DeviceState, around: Surroundings): void {
  state.acceptedW = acceptBatteryPower(
    batteryModel(device),
    { storedWh: state.storedWh ?? 0 },
    { requestedW: state.control.targetW ?? 0, horizonS: around.horizonMs / 1000 },
  );
  state.powerW = state.acceptedW + (device.cells?.standbyW ?? 0);
}

function operateCharger(device: ScenarioDevice, state: DeviceState, around: Surroundings): void {
  const { charger } = device;
  if (charger === undefined) return;
  const session = sessionAt(around.sessions, around.atMs);
  if (session?.arrivesMs !== state.sessionMs) {
    state.deliveredWh = 0;
    if (session === undefined) delete state.sessionMs;
    else state.sessionMs = session.arrivesMs;
  }
  state.powerW = acceptChargerPower(charger, session, {
    deliveredWh: state.deliveredWh ?? 0,
    requestedW: state.control.targetW ?? charger.minChargeW,
    horizonS: around.horizonMs / 1000,
  });
}

function operateRack(device: ScenarioDevice, state: DeviceState, around: Surroundings): number | undefined {
  if (device.rack === undefined || device.rampWPerS === undefined) return undefined;
  const rack: RackModel = { ...device.rack, rampWPerS: device.rampWPerS };
  const before = state.ramp ?? { fromW: rack.idlePowerW, fromMs: around.atMs, targetW: rack.idlePowerW };
  const fromW = stepRack(rack, before.fromW, { targetW: before.targetW, dtS: (around.atMs - before.fromMs) / 1000 });
  const targetW = clampRackTarget(rack, state.control.targetW ?? rack.idlePowerW);
  const rampMs = Math.min(around.horizonMs, Math.ceil((Math.abs(targetW - fromW) / rack.rampWPerS) * 1000));
  state.ramp = { fromW, fromMs: around.atMs, targetW };
  // A ramp is held as its mean until its end: the energy is that of the ramp.
  state.powerW = rampMs > 0 ? (fromW + stepRack(rack, fromW, { targetW, dtS: rampMs / 1000 })) / 2 : fromW;
  return rampMs > 0 ? around.atMs + rampMs : undefined;
}
