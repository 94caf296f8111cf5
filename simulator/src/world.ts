import { z } from 'zod';
import { FaultPlan } from './fault-plan.ts';
import type { RegisterMemory } from './modbus-server/register-memory.ts';
import type { Counters } from './physics/count-energy.ts';
import type { EvSession } from './physics/step-charger.ts';
import type { Profiles } from './profiles/profiles.ts';
import { ScenarioError } from './scenario/scenario.errors.ts';
import type { Scenario, ScenarioDevice } from './scenario/scenario.schema.ts';
import type { DeviceControl, DeviceReading, DeviceState } from './site/device-state.ts';
import { readDevice } from './site/read-device.ts';
import { integrateSite, operateSite, SiteState, startSite, stateOf, type SitePlan } from './site/site-model.ts';
import { Sky } from './site/sky.ts';

/** All that a world remembers; plain JSON. */
export const WorldState = z.object({
  version: z.literal(1),
  scenario: z.string(),
  seed: z.number(),
  nowMs: z.number(),
  /** Instant of the next operating point that a device asked for; absent where none did. */
  wantedMs: z.number().exactOptional(),
  sites: z.record(z.string(), SiteState),
});
export type WorldState = z.infer<typeof WorldState>;

/** Operating points lie on this grid and at events between. */
const GRID_MS = 60_000;

/**
 * A community with its devices in simulated time: it stands still until it is told how late it is.
 *
 * Between operating points (every minute, and whenever something is told, reverts, comes or goes) every power is held, so the result does not
 * depend on how often the world is asked. Pure: no clock, no I/O; all randomness is a hash of the scenario's seed.
 */
export class World {
  readonly scenario: Scenario;
  readonly profiles: Profiles;
  readonly #plans: readonly SitePlan[];
  readonly #planOf = new Map<string, SitePlan>();
  readonly #deviceOf = new Map<string, ScenarioDevice>();
  readonly #faults: FaultPlan;
  readonly #sky: Sky;
  /** Instants of cars and faults, ascending. */
  readonly #instants: readonly number[];
  #state: WorldState;

  constructor(options: { scenario: Scenario; profiles: Profiles; state?: WorldState }) {
    this.scenario = options.scenario;
    this.profiles = options.profiles;
    this.#faults = new FaultPlan(this.scenario.faults);
    this.#sky = new Sky(this.scenario, this.profiles);
    this.#plans = planSites(this.scenario);
    for (const plan of this.#plans) {
      for (const device of plan.devices) {
        this.#planOf.set(device.deviceId, plan);
        this.#deviceOf.set(device.deviceId, device);
      }
    }
    const visits = this.#plans.flatMap((plan) => [...plan.sessions.values()].flat());
    const instants = [...this.#faults.instants, ...visits.flatMap((visit) => [visit.arrivesMs, visit.departsMs])];
    this.#instants = [...new Set(instants)].sort((a, b) => a - b);
    this.#state = this.#startState();
    if (options.state === undefined) this.#passEvent();
    else this.restoreState(options.state);
  }

  get nowMs(): number {
    return this.#state.nowMs;
  }

  /** Lets simulated time pass; an instant already passed changes nothing. */
  advanceTo(nowMs: number): void {
    while (this.#state.nowMs < nowMs) {
      const eventMs = this.#nextEventMs();
      const toMs = Math.min(nowMs, eventMs);
      this.#integrate(toMs);
      if (toMs === eventMs) this.#passEvent();
    }
  }

  /** Tells a device what to do from now on. The world must have been advanced to the instant of the telling. */
  control(deviceId: string, control: DeviceControl): void {
    this.#deviceState(deviceId).control = control;
    this.#operate([this.#plan(deviceId)]);
  }

  controlOf(deviceId: string): DeviceControl {
    return this.#deviceState(deviceId).control;
  }

  /** What clients have written into a device's registers; absent where none has. */
  registersOf(deviceId: string): RegisterMemory | undefined {
    return this.#deviceState(deviceId).registers;
  }

  keepRegisters(deviceId: string, registers: RegisterMemory): void {
    this.#deviceState(deviceId).registers = registers;
  }

  /** What a device shows now, its faults included. */
  reading(deviceId: string): DeviceReading {
    return this.#deviceState(deviceId).frozen ?? this.#trueReading(deviceId);
  }

  isOnline(deviceId: string): boolean {
    return !this.#faults.has('offline', deviceId, this.nowMs);
  }

  /** Counters of a device, true and as shown, with their fractions of a Wh. */
  meterCounters(deviceId: string): Counters {
    return this.#deviceState(deviceId).counters;
  }

  /** Whole Wh of a file's row; undefined where the profiles come from no file. */
  fileWh(siteId: string, row: number): number | undefined {
    return this.profiles.fileWh(siteId, row);
  }

  saveState(): WorldState {
    return structuredClone(this.#state);
  }

  /** Continues from a saved state. Throws a ScenarioError where it is another scenario's. */
  restoreState(state: WorldState): void {
    const { name, seed } = this.scenario;
    if (state.version !== 1 || state.scenario !== name || state.seed !== seed) {
      throw new ScenarioError(
        `the saved world is of ${state.scenario}, seed ${state.seed}, not of ${name}, seed ${seed}; start it afresh`,
      );
    }
    const unknown = this.scenario.devices.find(
      ({ siteId, deviceId }) => state.sites[siteId]?.devices[deviceId] === undefined,
    );
    if (unknown !== undefined)
      throw new ScenarioError(`the saved world knows no ${unknown.deviceId} of ${name}; start it afresh`);
    this.#state = structuredClone(state);
  }

  #startState(): WorldState {
    const sites = this.#plans.map((plan) => [plan.site.siteId, startSite(plan, this.scenario.seed)] as const);
    return {
      version: 1,
      scenario: this.scenario.name,
      seed: this.scenario.seed,
      nowMs: Date.parse(this.scenario.startsAt),
      sites: Object.fromEntries(sites),
    };
  }

  /** Next operating point. One wanted in the past (a device told by a clock that is behind the world's) is due now: time never runs back. */
  #nextEventMs(): number {
    const { nowMs, wantedMs } = this.#state;
    let nextMs = Math.floor(nowMs / GRID_MS) * GRID_MS + GRID_MS;
    if (wantedMs !== undefined) nextMs = Math.min(nextMs, wantedMs);
    const instant = this.#instants.find((atMs) => atMs > nowMs);
    return Math.max(nowMs, instant === undefined ? nextMs : Math.min(nextMs, instant));
  }

  #integrate(toMs: number): void {
    const fromMs = this.#state.nowMs;
    const errorPct = (deviceId: string): number => this.#faults.errorPct(deviceId, fromMs);
    for (const plan of this.#plans) integrateSite(plan, this.#siteState(plan), { fromMs, toMs, errorPct });
    this.#state.nowMs = toMs;
  }

  #passEvent(): void {
    const atMs = this.#state.nowMs;
    for (const deviceId of this.#deviceOf.keys()) {
      const state = this.#deviceState(deviceId);
      const { reversion } = state.control;
      if (reversion !== undefined && reversion.atMs <= atMs) state.control = { targetW: reversion.targetW };
      if (!this.#faults.has('frozen', deviceId, atMs)) delete state.frozen;
      else state.frozen ??= this.#trueReading(deviceId);
    }
    for (const deviceId of this.#faults.resetsAt(atMs)) {
      const state = this.#deviceState(deviceId);
      state.counters = { ...state.counters, shownImportWh: 0, shownExportWh: 0 };
    }
    delete this.#state.wantedMs;
    this.#operate(this.#plans);
  }

  #operate(plans: readonly SitePlan[]): void {
    const atMs = this.#state.nowMs;
    const gridMs = Math.floor(atMs / GRID_MS) * GRID_MS;
    const around = {
      atMs,
      horizonMs: gridMs + GRID_MS - atMs,
      sky: this.#sky.at(gridMs + GRID_MS / 2),
      profiles: this.profiles,
    };
    let wantedMs = this.#state.wantedMs ?? Number.POSITIVE_INFINITY;
    for (const plan of plans) wantedMs = Math.min(wantedMs, operateSite(plan, this.#siteState(plan), around));
    for (const deviceId of this.#deviceOf.keys()) {
      wantedMs = Math.min(wantedMs, this.#deviceState(deviceId).control.reversion?.atMs ?? wantedMs);
    }
    if (wantedMs < Number.POSITIVE_INFINITY) this.#state.wantedMs = wantedMs;
    this.#feedHead();
  }

  /** The head meter sees every site, and the loss that their energy has on the lines. */
  #feedHead(): void {
    const { headMeterId, feeder } = this.scenario.community;
    const head = this.#siteState(this.#plan(headMeterId));
    const nets = this.#plans
      .filter((plan) => plan !== this.#plan(headMeterId))
      .map((plan) => this.#siteState(plan).netW);
    const throughputW = nets.reduce((sum, netW) => sum + Math.abs(netW), 0);
    head.netW = nets.reduce((sum, netW) => sum + netW, 0) + (throughputW * feeder.lossPct) / 100;
    stateOf(head, { deviceId: headMeterId }).powerW = head.netW;
  }

  #trueReading(deviceId: string): DeviceReading {
    const plan = this.#plan(deviceId);
    const { loadW, netW } = this.#siteState(plan);
    const atMs = this.nowMs;
    const { temperatureC } = this.#sky.at(Math.floor(atMs / GRID_MS) * GRID_MS + GRID_MS / 2);
    const sessions = plan.sessions.get(deviceId) ?? [];
    return readDevice(this.#device(deviceId), this.#deviceState(deviceId), {
      atMs,
      loadW,
      netW,
      temperatureC,
      sessions,
      errorPct: this.#faults.errorPct(deviceId, atMs),
    });
  }

  #deviceState(deviceId: string): DeviceState {
    return stateOf(this.#siteState(this.#plan(deviceId)), { deviceId });
  }

  #siteState(plan: SitePlan): SiteState {
    const state = this.#state.sites[plan.site.siteId];
    if (state === undefined) throw new TypeError(`the world has no state of ${plan.site.siteId}`);
    return state;
  }

  #plan(deviceId: string): SitePlan {
    return known(this.#planOf, deviceId);
  }

  #device(deviceId: string): ScenarioDevice {
    return known(this.#deviceOf, deviceId);
  }
}

function known<V>(map: ReadonlyMap<string, V>, deviceId: string): V {
  const value = map.get(deviceId);
  if (value === undefined) throw new TypeError(`the scenario has no device ${deviceId}`);
  return value;
}

function planSites(scenario: Scenario): SitePlan[] {
  return scenario.sites.map((site) => {
    const devices = scenario.devices.filter((device) => device.siteId === site.siteId);
    const sessions = devices.map((device): [string, EvSession[]] => [
      device.deviceId,
      scenario.evVisits
        .filter((visit) => visit.deviceId === device.deviceId)
        .map((visit) => ({ ...visit, arrivesMs: Date.parse(visit.arrivesAt), departsMs: Date.parse(visit.departsAt) })),
    ]);
    return { site, devices, sessions: new Map(sessions) };
  });
}
