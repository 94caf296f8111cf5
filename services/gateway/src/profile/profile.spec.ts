import { describe, expect, it } from 'vitest';
import type { PointValue } from '../sunspec/decode-point.ts';
import type { Discovery } from '../sunspec/discover-device.ts';
import { encodePoint } from '../sunspec/encode-point.ts';
import { findModel } from '../sunspec/find-model.ts';
import type { ModelDefinition } from '../sunspec/model-definition.ts';
import type { Block, Span } from '../sunspec/split-reads.ts';
import { decodeLimits } from './decode-limits.ts';
import { decodeReading } from './decode-reading.ts';
import { decodeSetpoint } from './decode-setpoint.ts';
import { discoverProfile } from './discover-profile.ts';
import { findProfile, type Profile } from './find-profile.ts';
import { readBackPlan, readPlan } from './plan-reads.ts';
import { effectiveSetpointW, releasePlan, type RegisterWrite, writePlan } from './plan-write.ts';

type Values = Record<string, PointValue>;
interface Device {
  profile: Profile;
  discovery: Discovery;
  words: Uint16Array;
}

const sunspec = findProfile('sunspec');

function wordsOf(definition: ModelDefinition, values: Values, scales: Values): Uint16Array {
  const words = new Uint16Array(definition.size);
  for (const point of definition.points) {
    const scale = typeof point.scale === 'object' ? Number(scales[point.scale.name] ?? 0) : (point.scale ?? 0);
    words.set(encodePoint(point, point.type === 'sunssf' ? (scales[point.name] ?? 0) : values[point.name], scale), point.offset);
  }
  return words;
}

/** A SunSpec device with these models behind a common model, as discovery finds it. */
function aDevice(models: Record<number, Values>, scales: Values = {}): Device {
  const memory = new Uint16Array(65_536);
  let address = 40_002;
  const found = Object.entries({ 1: { SN: 'S1' }, ...models }).map(([key, values]) => {
    const definition = findModel(Number(key));
    if (definition === undefined) throw new Error(`no model ${key}`);
    const words = wordsOf(definition, { ...values, ID: Number(key), L: definition.size - 2 }, scales);
    memory.set(words, address);
    address += definition.size;
    return { id: Number(key), address: address - definition.size, length: definition.size - 2, commonIndex: 0, words };
  });
  const identity = { manufacturer: undefined, model: undefined, version: undefined, serial: 'S1' };
  return { profile: sunspec, discovery: { base: 40_000, models: found, identities: [identity], ...identity }, words: memory };
}

const blocksOf = (device: Device, plan: readonly Span[]): Block[] =>
  plan.map(({ address, count }) => ({ address, words: device.words.slice(address, address + count) }));

const readingOf = (device: Device) =>
  decodeReading(device.profile, device.discovery, blocksOf(device, readPlan(device.profile, device.discovery)));

const setpointOf = (device: Device) =>
  decodeSetpoint(device.profile, device.discovery, blocksOf(device, readBackPlan(device.profile, device.discovery)));

function apply(device: Device, writes: readonly RegisterWrite[]): void {
  for (const { address, words } of writes) device.words.set(words, address);
}

function valuesAt(device: Device, modelId: number, names: readonly string[]): number[] {
  const model = device.discovery.models.find(({ id }) => id === modelId);
  return names.map((name) => {
    const point = findModel(modelId)?.byName.get(name);
    const at = (model?.address ?? 0) + (point?.offset ?? 0);
    return [...device.words.slice(at, at + (point?.size ?? 0))].reduce((sum, word) => sum * 0x10000 + word, 0);
  });
}

const METER = { W: 1500, Hz: 50, PhVphA: 230.1, TotWhImp: 5000, TotWhExp: 200, A: 1 };
const INVERTER = { W: 3000, Hz: 50, PhVphA: 230, WH: 777 };
const BATTERY = { W: 2500, LNV: 230, Hz: 50, TotWhInj: 40, TotWhAbs: 90 };
const CONTROL = { WSetEna: 0, WSetMod: 1, WSet: 0, WSetRvrt: 0, WSetEnaRvrt: 0, WSetRvrtTms: 0, WSetRvrtRem: 0 };
const aBattery = (values: Values = {}) =>
  aDevice({ 701: { ...BATTERY, ...values }, 702: { WMax: 5000, WChaRteMax: 4000 }, 704: CONTROL, 713: { WHRtg: 10_000, SoC: 55, SoH: 99 } });
const anInverter = (settings: Values = { WMax: 4000 }) =>
  aDevice(
    { 103: INVERTER, 120: { WRtg: 5000 }, 121: settings, 123: { WMaxLimPct: 100, WMaxLim_Ena: 0, WMaxLimPct_RvrtTms: 0 } },
    { WMaxLimPct_SF: -2 },
  );

describe('signs of device profiles', () => {
  it.each([201, 203])('C4 model %s: import is positive and counts as import', (id) => {
    expect(readingOf(aDevice({ [id]: METER })).points).toMatchObject({ powerW: 1500, importWh: 5000, exportWh: 200 });
    expect(readingOf(aDevice({ [id]: { ...METER, W: -1500 } })).points.powerW).toBe(-1500);
  });

  it.each([101, 102, 103])('C4 model %s: generation is negative power and counts as export', (id) => {
    expect(readingOf(aDevice({ [id]: INVERTER })).points).toMatchObject({ powerW: -3000, importWh: 0, exportWh: 777 });
  });

  it('C4 model 701: discharge is negative power, injected energy is export, absorbed energy is import', () => {
    expect(readingOf(aBattery()).points).toMatchObject({ powerW: -2500, importWh: 90, exportWh: 40, socPct: 55, sohPct: 99 });
    expect(readingOf(aBattery({ W: -2500 })).points.powerW).toBe(2500);
    expect(Object.is(readingOf(aBattery({ W: 0 })).points.powerW, 0)).toBe(true);
  });

  it('C4 model 704: charging with 2 kW writes WSet -2000, discharging +2000', () => {
    for (const [setpointW, raw] of [[2000, 2 ** 32 - 2000], [-2000, 2000]] as const) {
      const battery = aBattery();
      apply(battery, writePlan(sunspec, battery.discovery, { setpointW, revertAfterS: 180, revertToW: 0 }));
      expect(valuesAt(battery, 704, ['WSet'])).toEqual([raw]);
      expect(setpointOf(battery)).toMatchObject({ isEnabled: true, setpointW, revertToW: 0, revertAfterS: 180 });
      expect(readingOf(battery).points.setpointW).toBe(setpointW);
    }
  });

  it('C4 model 123: a limit of 3 kW generation is the set-point -3000', () => {
    const inverter = anInverter();
    apply(inverter, writePlan(sunspec, inverter.discovery, { setpointW: -3000, revertAfterS: 60, revertToW: 0 }));
    expect(valuesAt(inverter, 123, ['WMaxLimPct', 'WMaxLim_Ena'])).toEqual([7500, 1]);
    expect(readingOf(inverter).points.setpointW).toBe(-3000);
  });
});

describe('readings by profile', () => {
  it('C1 leaves out what the device does not implement', () => {
    const { points, quality } = readingOf(aDevice({ 203: { W: 10, TotWhImp: 5, TotWhExp: 6 } }));
    expect(points).toEqual({ powerW: 10, importWh: 5, exportWh: 6 });
    expect(quality).toBe('measured');
  });

  it('C1 is missing, not zero, where a mandatory point is not implemented', () => {
    const { points, quality } = readingOf(aDevice({ 203: { TotWhImp: 5, TotWhExp: 6 } }));
    expect(points.powerW).toBeUndefined();
    expect(quality).toBe('missing');
  });

  it('C1 is missing where a block could not be read', () => {
    const battery = aBattery();
    const [first] = blocksOf(battery, readPlan(sunspec, battery.discovery));
    expect(decodeReading(sunspec, battery.discovery, first === undefined ? [] : [first]).quality).toBe('missing');
  });

  it('C23 a mandatory counter at zero has counted nothing; both at zero are suspect', () => {
    const meter = (values: Values) => readingOf(aDevice({ 201: { ...METER, ...values } }));
    expect(meter({ TotWhExp: 0 })).toMatchObject({ quality: 'measured', points: { exportWh: 0, importWh: 5000 } });
    expect(meter({ TotWhExp: 0, TotWhImp: 0 })).toMatchObject({ quality: 'suspect', points: { exportWh: 0, importWh: 0 } });
  });

  it('C5 says where a counter wraps and how coarse it is', () => {
    expect(readingOf(aDevice({ 203: METER })).counter).toEqual({ resolutionWh: 1, modulusWh: 2 ** 32 });
    expect(readingOf(aDevice({ 203: METER }, { TotWh_SF: 2 })).counter).toEqual({ resolutionWh: 100, modulusWh: 2 ** 32 * 100 });
    expect(readingOf(aBattery()).counter).toEqual({ resolutionWh: 1 });
  });

  it('C1 reads value and scale factor in one request, and a device in few', () => {
    expect(readPlan(sunspec, aDevice({ 203: METER }).discovery)).toHaveLength(1);
    expect(readPlan(sunspec, anInverter().discovery).length).toBeLessThanOrEqual(2);
    const plan = readPlan(sunspec, aBattery().discovery);
    expect(plan.length).toBeLessThanOrEqual(2);
    const start = aBattery().discovery.models.find(({ id }) => id === 701)?.address ?? 0;
    const holds = (offset: number) => plan.findIndex(({ address, count }) => address <= start + offset && start + offset < address + count);
    expect(holds(10)).toBe(holds(findModel(701)?.byName.get('W_SF')?.offset ?? 0));
  });

  it('gives the ratings and settings of the device', () => {
    expect(decodeLimits(sunspec, aBattery().discovery)).toEqual({ ratedW: 5000, maxChargeW: 4000, capacityWh: 10_000 });
    expect(decodeLimits(sunspec, anInverter().discovery)).toEqual({ ratedW: 4000 });
  });

  it('takes the layout whose models stand under one common block', () => {
    const meter = aDevice({ 203: METER });
    expect(() => readPlan(sunspec, { ...meter.discovery, models: meter.discovery.models.slice(0, 1) })).toThrow(
      expect.objectContaining({ code: 'PROFILE_MISMATCH' }),
    );
  });
});

describe('set-points by profile', () => {
  it('C9 writes the revert timer no later than the set-point, each group in one write over whole points', () => {
    const battery = aBattery();
    const writes = writePlan(sunspec, battery.discovery, { setpointW: 100, revertAfterS: 90, revertToW: 0 });
    const start = battery.discovery.models.find(({ id }) => id === 704)?.address ?? 0;
    expect(writes.map(({ address, words }) => [address - start, words.length])).toEqual([[30, 3], [22, 6]]);
    expect([...(writes[0]?.words ?? [])]).toEqual([1, 0, 90]);
  });

  it('C9 writes limit, timers and enable of 123 as one write', () => {
    const inverter = anInverter();
    const [write, ...rest] = writePlan(sunspec, inverter.discovery, { setpointW: -2000, revertAfterS: 60, revertToW: 0 });
    expect(rest).toEqual([]);
    expect([...(write?.words ?? [])]).toEqual([5000, 0, 60, 0, 1]);
  });

  it('C3 takes a percentage of WMax of 121, not of the nameplate', () => {
    const inverter = anInverter({ WMax: 3000 });
    apply(inverter, writePlan(sunspec, inverter.discovery, { setpointW: -1500, revertAfterS: 60, revertToW: 0 }));
    expect(valuesAt(inverter, 123, ['WMaxLimPct'])).toEqual([5000]);
  });

  it('C3 never asks for less than 1 % nor more than 100 %, and rounds towards less', () => {
    const inverter = anInverter({ WMax: 3000 });
    const pct = (setpointW: number) => {
      apply(inverter, writePlan(sunspec, inverter.discovery, { setpointW, revertAfterS: 60, revertToW: 0 }));
      return valuesAt(inverter, 123, ['WMaxLimPct'])[0];
    };
    expect([0, -9000, -1000].map(pct)).toEqual([100, 10_000, 3333]);
    expect(effectiveSetpointW(sunspec, inverter.discovery, 0)).toBe(-30);
    expect(effectiveSetpointW(sunspec, inverter.discovery, -1000)).toBeCloseTo(-999.9, 6);
    expect(effectiveSetpointW(sunspec, aBattery().discovery, 1234.4)).toBe(1234);
  });

  it('C3 refuses a percentage whose base is not implemented', () => {
    const { discovery } = anInverter({});
    expect(() => writePlan(sunspec, discovery, { setpointW: -1000, revertAfterS: 60, revertToW: 0 })).toThrow(
      expect.objectContaining({ code: 'PROFILE_VALUE' }),
    );
  });

  it.each([Number.NaN, 3e9])('C1 refuses a set-point of %s', (setpointW) => {
    expect(() => writePlan(sunspec, aBattery().discovery, { setpointW, revertAfterS: 60, revertToW: 0 })).toThrow(
      expect.objectContaining({ code: 'PROFILE_VALUE' }),
    );
  });

  it('refuses to write to a meter and names unknown profiles', () => {
    const meter = aDevice({ 203: METER });
    expect(() => writePlan(sunspec, meter.discovery, { setpointW: 0, revertAfterS: 60, revertToW: 0 })).toThrow(
      expect.objectContaining({ code: 'PROFILE_READ_ONLY' }),
    );
    expect(() => findProfile('nobody')).toThrow(expect.objectContaining({ code: 'PROFILE_UNKNOWN' }));
  });

  it('lets go by disabling alone', () => {
    const battery = aBattery();
    apply(battery, writePlan(sunspec, battery.discovery, { setpointW: 100, revertAfterS: 90, revertToW: 0 }));
    apply(battery, releasePlan(sunspec, battery.discovery));
    expect(setpointOf(battery)).toMatchObject({ isEnabled: false });
    expect(readingOf(battery).points.setpointW).toBeUndefined();
  });
});

describe('vendor profiles', () => {
  async function aVendorDevice(name: string, values: Values): Promise<Device> {
    const profile = findProfile(name);
    const { map, registers } = profile;
    if (map === undefined || registers === undefined) throw new Error('no map');
    const words = new Uint16Array(65_536);
    words.set(wordsOf(map, { ...values, SN: 'V1' }, {}), registers.address);
    const discovery = await discoverProfile(profile, async (address, count) => words.slice(address, address + count));
    if (discovery === undefined) throw new Error('not found');
    return { profile, discovery, words };
  }

  it('reads a charger: plug, wish, energy; it cannot export', async () => {
    const charger = await aVendorDevice('village-charger', { W: 7000, TotWh: 0, V: 230.4, Hz: 50, Plug: 2, WantedWh: 9000, SetEna: 0, SetW: 0 });
    expect(charger.discovery.serial).toBe('V1');
    expect(readingOf(charger)).toMatchObject({
      quality: 'measured',
      points: { powerW: 7000, importWh: 0, exportWh: 0, voltageV: 230.4, frequencyHz: 50, isPluggedIn: true, wantedWh: 9000 },
    });
  });

  it.each([
    [0, false],
    [1, true],
    [2, true],
    [3, false],
  ])('reads plug state %s as plugged in: %s', async (Plug, isPluggedIn) => {
    expect(readingOf(await aVendorDevice('village-charger', { W: 0, TotWh: 1, Plug })).points.isPluggedIn).toBe(isPluggedIn);
  });

  it.each(['village-charger', 'village-rack'])('C4 C9 %s: a set-point with its fallback is one write and reads back', async (name) => {
    const device = await aVendorDevice(name, { W: 0, TotWh: 1, WRtg: 11_000 });
    const writes = writePlan(device.profile, device.discovery, { setpointW: 4200, revertAfterS: 120.2, revertToW: 1400 });
    expect(writes).toHaveLength(1);
    apply(device, writes);
    expect(setpointOf(device)).toMatchObject({ isEnabled: true, setpointW: 4200, revertAfterS: 121, revertToW: 1400 });
    expect(() => writePlan(device.profile, device.discovery, { setpointW: -1, revertAfterS: 60, revertToW: 0 })).toThrow(
      expect.objectContaining({ code: 'PROFILE_VALUE' }),
    );
  });
});
