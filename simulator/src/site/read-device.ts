import { displayedWh } from '../physics/count-energy.ts';
import { sessionAt, type EvSession } from '../physics/step-charger.ts';
import { smoothNormalAt } from '../profiles/sample-noise.ts';
import type { ScenarioDevice } from '../scenario/scenario.schema.ts';
import type { DeviceReading, DeviceState } from './device-state.ts';

/** Share of a three-phase household's use on each phase; machines with three phases spread evenly. */
const HOUSEHOLD_PHASES = [0.42, 0.33, 0.25];
const NOMINAL_V = 240;
/** Voltage drop of the line from the transformer per W at a connection. */
const DROP_V_PER_W = 0.0004;
const NOMINAL_HZ = 60;

/** What a device's registers show at an instant. Its current transformers falsify power as they do the counters. */
export function readDevice(
  device: ScenarioDevice,
  state: DeviceState,
  around: {
    atMs: number;
    loadW: number;
    netW: number;
    temperatureC: number;
    sessions: readonly EvSession[];
    errorPct: number;
  },
): DeviceReading {
  const scale = 1 + around.errorPct / 100;
  const reading: DeviceReading = {
    powerW: state.powerW * scale,
    phaseW: phasePowers(device, state.powerW * scale, around.loadW * scale),
    voltageV: NOMINAL_V - DROP_V_PER_W * around.netW,
    frequencyHz: NOMINAL_HZ + 0.015 * smoothNormalAt(NOMINAL_HZ, around.atMs / 20_000),
    importWh: displayedWh(state.counters.shownImportWh),
    exportWh: displayedWh(state.counters.shownExportWh),
    temperatureC: around.temperatureC,
  };
  if (state.control.targetW !== undefined) reading.targetW = state.control.targetW;
  if (state.availableW !== undefined) reading.availableW = state.availableW;
  if (device.battery !== undefined && state.storedWh !== undefined) {
    reading.storedWh = state.storedWh;
    reading.socPct = (100 * state.storedWh) / device.battery.capacityWh;
    reading.sohPct = 100;
  }
  if (device.kind === 'charger') addSession(reading, { state, session: sessionAt(around.sessions, around.atMs) });
  return reading;
}

function addSession(reading: DeviceReading, at: { state: DeviceState; session: EvSession | undefined }): void {
  const sessionWh = at.state.deliveredWh ?? 0;
  reading.isPluggedIn = at.session !== undefined;
  reading.sessionWh = sessionWh;
  reading.wantedWh = at.session === undefined ? 0 : Math.max(0, at.session.wantedWh - sessionWh);
}

function phasePowers(device: ScenarioDevice, powerW: number, loadW: number): number[] {
  if (device.phases === 1) return [powerW];
  if (device.kind !== 'meter') return [powerW / 3, powerW / 3, powerW / 3];
  const machinesW = powerW - loadW;
  return HOUSEHOLD_PHASES.map((share) => loadW * share + machinesW / 3);
}
