import { describe, expect, it } from 'vitest';
import { allowedRange, cutToLimits, nameplateRange, type ControlledDevice } from './allowed-range.ts';
import { followEffect, FOLLOWING } from './follow-effect.ts';
import { NO_MEMORY, planControl, type ControlInput, type ControlMemory } from './plan-control.ts';
import { resolveSetpoint, type StandingCommand } from './resolve-setpoint.ts';
import { safeSetpointW } from './safe-setpoint.ts';
import { independentPowerW, isReached } from './verify-effect.ts';

const NOW = Date.parse('2026-07-06T12:01:00Z');
const QUARTER = Date.parse('2026-07-06T12:00:00Z');
const BATTERY: ControlledDevice = {
  deviceId: 'home-1-ess',
  kind: 'battery',
  ratedW: 5_000,
  authority: 'owner',
  battery: {
    capacityWh: 10_000,
    maxChargeW: 5_000,
    maxDischargeW: 4_000,
    roundTripEfficiencyPct: 90,
    reservePct: 20,
    wearMicroPerKwh: 0,
  },
};
const CHARGER: ControlledDevice = {
  deviceId: 'home-1-ev',
  kind: 'charger',
  ratedW: 7_400,
  charger: { maxChargeW: 7_400, minChargeW: 1_400 },
};
const RACK: ControlledDevice = {
  deviceId: 'rack',
  kind: 'rack',
  ratedW: 3_000,
  rack: { maxPowerW: 3_000, idlePowerW: 100, valueMicroPerKwh: 1 },
};
const INVERTER: ControlledDevice = { deviceId: 'home-1-pv', kind: 'inverter', ratedW: 8_000 };

const aCommand = (over: Partial<StandingCommand> = {}): StandingCommand => ({
  commandId: 'c-1',
  expiresAtMs: NOW + 60_000,
  setpointW: -2_000,
  minW: -3_000,
  maxW: 3_000,
  ...over,
});
const resolve = (over: Partial<Parameters<typeof resolveSetpoint>[0]> = {}) => {
  const device = over.device ?? BATTERY;
  const condition = over.condition ?? { powerW: 0, socPct: 50 };
  const range = allowedRange(device, condition) ?? { minW: 0, maxW: 0 };
  return resolveSetpoint({ nowMs: NOW, device, condition, range, ...over });
};

describe('where a device goes that hears nothing any more', () => {
  it('C9 is a stop, a minimum, idle, or for all roofs together the export limit', () => {
    const second = { ...INVERTER, deviceId: 'home-1-pv-2', ratedW: 2_000 };
    const site = { exportLimitW: 6_000, devices: [BATTERY, CHARGER, RACK, INVERTER, second] };
    const safe = (device: ControlledDevice): number => safeSetpointW(device, site) + 0;
    expect([BATTERY, CHARGER, RACK].map(safe)).toEqual([0, 1_400, 100]);
    expect([INVERTER, second].map(safe)).toEqual([-4_800, -1_200]);
    expect(safeSetpointW(INVERTER, { exportLimitW: 20_000, devices: [INVERTER] })).toBe(-8_000);
  });
});

describe('which set-point holds', () => {
  const schedule = { revision: 1, firstIntervalMs: QUARTER, slotsW: [1_500, -500] };

  it('a command over the schedule, the schedule over the local rule', () => {
    expect(resolve({ command: aCommand(), schedule, siteW: 800 })).toMatchObject({
      source: 'command',
      powerW: -2_000,
      commandId: 'c-1',
    });
    expect(resolve({ schedule, siteW: 800 })).toMatchObject({ source: 'schedule', powerW: 1_500 });
    expect(resolve({ siteW: 800 })).toMatchObject({ source: 'local', powerW: -800 });
  });

  it('C17 an expired or malformed command equals none', () => {
    expect(resolve({ command: aCommand({ expiresAtMs: NOW }), schedule }).source).toBe('schedule');
    expect(resolve({ command: aCommand({ minW: 10, maxW: -10 }), schedule }).source).toBe('schedule');
  });

  it('falls to the safe local rule after the schedule has ended and before it begins', () => {
    expect(resolve({ nowMs: QUARTER + 2 * 900_000, schedule, siteW: 0 }).source).toBe('local');
    expect(resolve({ nowMs: QUARTER - 1, schedule, siteW: 0 }).source).toBe('local');
  });

  it('C9 the safe local rule follows the net load, holds a community battery, gives a car its minimum and lets a rack idle', () => {
    expect(resolve({ siteW: -1_200, condition: { powerW: 300, socPct: 50 } }).powerW).toBe(1_500);
    expect(resolve({ device: { ...BATTERY, authority: 'community' }, siteW: 500 }).powerW).toBe(0);
    expect(resolve({ siteW: undefined }).powerW).toBe(0);
    expect(resolve({ device: CHARGER, condition: { powerW: 0, isPluggedIn: true } }).powerW).toBe(1_400);
    const stepless = { ...CHARGER, charger: { maxChargeW: 7_400, minChargeW: 0 } };
    expect(resolve({ device: stepless, condition: { powerW: 0, isPluggedIn: true } }).powerW).toBe(0);
    expect(resolve({ device: RACK }).powerW).toBe(100);
    expect(resolve({ device: INVERTER }).powerW).toBe(-8_000);
  });

  it('clamps to the nameplate and turns a charger off below its minimum', () => {
    expect(resolve({ command: aCommand({ setpointW: -9_000, minW: -9_000 }) }).powerW).toBe(-4_000);
    expect(
      resolve({ device: CHARGER, command: aCommand({ setpointW: 900, maxW: 900 }), condition: { powerW: 0 } }).powerW,
    ).toBe(0);
  });
});

describe('ratings of a device', () => {
  it('are the smaller of what is registered and what it says of itself', () => {
    expect(nameplateRange(cutToLimits(BATTERY, { maxChargeW: 3_000, maxDischargeW: 9_000 }))).toEqual({
      minW: -4_000,
      maxW: 3_000,
    });
    expect(nameplateRange(cutToLimits(CHARGER, { maxChargeW: 3_600 }))).toEqual({ minW: 0, maxW: 3_600 });
    expect(cutToLimits(RACK, { maxChargeW: 1 })).toBe(RACK);
  });
});

describe('C11 a battery starts where it is', () => {
  it('may not discharge at or below its reserve, nor charge when full', () => {
    expect(allowedRange(BATTERY, { socPct: 20 })).toEqual({ minW: 0, maxW: 5_000 });
    expect(allowedRange(BATTERY, { socPct: 5 })).toEqual({ minW: 0, maxW: 5_000 });
    expect(allowedRange(BATTERY, { socPct: 100 })).toEqual({ minW: -4_000, maxW: 0 });
  });

  it('needs to rise above the reserve before it may discharge again', () => {
    expect(allowedRange(BATTERY, { socPct: 20.5 }, true)?.minW).toBe(0);
    expect(allowedRange(BATTERY, { socPct: 21.1 }, true)?.minW).toBe(-4_000);
  });

  it('does nothing while its state of charge is unknown: missing is not zero', () => {
    expect(allowedRange(BATTERY, {})).toEqual({ minW: 0, maxW: 0 });
    expect(nameplateRange(BATTERY)).toEqual({ minW: -4_000, maxW: 5_000 });
    expect(nameplateRange({ deviceId: 'home-1-meter', kind: 'meter', ratedW: 10_000 })).toBeUndefined();
  });
});

describe('one loop of control', () => {
  const site = { nowMs: NOW, siteW: 500, limits: { importLimitW: 6_000, exportLimitW: 6_000 }, refreshMs: 20_000 };
  const input = (over: Partial<ControlInput> = {}): ControlInput => ({
    device: BATTERY,
    condition: { powerW: 0, socPct: 50 },
    isFollowing: true,
    isRefreshable: true,
    ...over,
  });
  const written = (powerW: number, over: object = {}): ControlMemory => ({
    ...NO_MEMORY,
    written: { 'home-1-ess': { powerW, atMs: NOW - 5_000, source: 'command', commandId: 'c-1', ...over } },
  });
  const writes = (inputs: ControlInput[], memory = NO_MEMORY) =>
    planControl(site, inputs, memory).writes.map(({ powerW }) => powerW);

  it('C19 writes on change beyond the deadband, on another source, and when the refresh is due', () => {
    const command = input({ command: aCommand() });
    expect(writes([command])).toEqual([-2_000]);
    expect(writes([command], written(-2_000))).toEqual([]);
    expect(writes([command], written(-1_990))).toEqual([]);
    expect(writes([command], written(-1_900))).toEqual([-2_000]);
    expect(writes([command], written(-2_000, { atMs: NOW - 20_000 }))).toEqual([-2_000]);
    expect(writes([command], written(-2_000, { source: 'schedule' }))).toEqual([-2_000]);
    expect(writes([command], written(-2_000, { commandId: 'c-0' }))).toEqual([-2_000]);
  });

  it('C19 never refreshes a register that wears out', () => {
    const command = input({ command: aCommand(), isRefreshable: false });
    expect(writes([command], written(-2_000, { atMs: NOW - 20_000 }))).toEqual([]);
    expect(writes([command], written(-1_000, { atMs: NOW - 20_000 }))).toEqual([-2_000]);
  });

  it('gives nothing to a device that was not read', () => {
    expect(writes([input({ condition: { powerW: undefined } })])).toEqual([]);
  });

  it('leaves a free inverter alone and lets a curtailed one go', () => {
    const inverter = input({ device: INVERTER, condition: { powerW: -3_000 } });
    expect(writes([inverter])).toEqual([]);
    const curtailed = {
      ...NO_MEMORY,
      written: { 'home-1-pv': { powerW: -2_000, atMs: NOW, source: 'local' as const } },
    };
    expect(writes([inverter], curtailed)).toEqual([-8_000]);
  });

  it('C17 the guard narrows even a valid command', () => {
    const plan = planControl(
      { ...site, siteW: 5_500 },
      [input({ command: aCommand({ setpointW: 2_500 }) })],
      NO_MEMORY,
    );
    expect(plan.setpoints.get('home-1-ess')?.powerW).toBe(380);
  });
});

describe('effect of a set-point by the independent meter', () => {
  const behind = [
    { deviceId: 'home-1-load', powerW: 1_500 },
    { deviceId: 'home-1-pv', powerW: -2_500 },
    { deviceId: 'home-1-ess', powerW: 1_990 },
  ];

  it("is the site's balance without the device's own word", () => {
    expect(independentPowerW('home-1-ess', 1_000, behind)).toBe(2_000);
    expect(independentPowerW('home-1-ess', undefined, behind)).toBeUndefined();
    expect(independentPowerW('home-1-ess', 1_000, [{ deviceId: 'home-1-load', powerW: undefined }])).toBeUndefined();
  });

  it('must be reached by a battery; for an inverter and a charger it is a ceiling', () => {
    expect(isReached('battery', 2_000, { powerW: 1_900, ratedW: 5_000 })).toBe(true);
    expect(isReached('battery', 2_000, { powerW: 1_800, ratedW: 5_000 })).toBe(false);
    expect(isReached('inverter', -2_000, { powerW: -500, ratedW: 5_000 })).toBe(true);
    expect(isReached('inverter', -2_000, { powerW: -3_000, ratedW: 5_000 })).toBe(false);
    expect(isReached('charger', 2_000, { powerW: 0, ratedW: 7_400 })).toBe(true);
  });

  it('that fails three polls in a row marks the device as not following', () => {
    const miss = { kind: 'battery', setpointW: 2_000, ratedW: 5_000, measuredW: 0 };
    const twice = followEffect(followEffect(FOLLOWING, miss), miss);
    expect(twice.isFollowing).toBe(true);
    const thrice = followEffect(twice, miss);
    expect(thrice.isFollowing).toBe(false);
    expect(followEffect(thrice, { ...miss, measuredW: 2_000 })).toEqual({ ...FOLLOWING, isReached: true });
  });
});
