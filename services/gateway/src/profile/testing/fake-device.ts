import type { PointValue } from '../../sunspec/decode-point.ts';
import type { Discovery } from '../../sunspec/discover-device.ts';
import { encodePoint } from '../../sunspec/encode-point.ts';
import { findModel } from '../../sunspec/find-model.ts';
import type { ModelDefinition } from '../../sunspec/model-definition.ts';
import type { Block, Span } from '../../sunspec/split-reads.ts';
import { type DecodedReading, decodeReading } from '../decode-reading.ts';
import { type DecodedSetpoint, decodeSetpoint } from '../decode-setpoint.ts';
import { discoverProfile } from '../discover-profile.ts';
import { findProfile, type Profile } from '../find-profile.ts';
import { readBackPlan, readPlan } from '../plan-reads.ts';
import type { RegisterWrite } from '../plan-write.ts';

export type Values = Record<string, PointValue>;
/** A device in memory, as discovery finds it. */
export interface FakeDevice {
  profile: Profile;
  discovery: Discovery;
  words: Uint16Array;
}

export const sunspec = findProfile('sunspec');

function wordsOf(definition: ModelDefinition, values: Values, scales: Values): Uint16Array {
  const words = new Uint16Array(definition.size);
  for (const point of definition.points) {
    const scale = typeof point.scale === 'object' ? Number(scales[point.scale.name] ?? 0) : (point.scale ?? 0);
    words.set(
      encodePoint(point, point.type === 'sunssf' ? (scales[point.name] ?? 0) : values[point.name], scale),
      point.offset,
    );
  }
  return words;
}

/** A SunSpec device with these models behind a common model, as discovery finds it. */
export function aDevice(models: Record<number, Values>, scales: Values = {}): FakeDevice {
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
  return {
    profile: sunspec,
    discovery: { base: 40_000, models: found, identities: [identity], ...identity },
    words: memory,
  };
}

export const blocksOf = (device: FakeDevice, plan: readonly Span[]): Block[] =>
  plan.map(({ address, count }) => ({ address, words: device.words.slice(address, address + count) }));

export const readingOf = (device: FakeDevice): DecodedReading =>
  decodeReading(device.profile, device.discovery, blocksOf(device, readPlan(device.profile, device.discovery)));

export const setpointOf = (device: FakeDevice): DecodedSetpoint | undefined =>
  decodeSetpoint(device.profile, device.discovery, blocksOf(device, readBackPlan(device.profile, device.discovery)));

export function apply(device: FakeDevice, writes: readonly RegisterWrite[]): void {
  for (const { address, words } of writes) device.words.set(words, address);
}

export function valuesAt(device: FakeDevice, modelId: number, names: readonly string[]): number[] {
  const model = device.discovery.models.find(({ id }) => id === modelId);
  return names.map((name) => {
    const point = findModel(modelId)?.byName.get(name);
    const at = (model?.address ?? 0) + (point?.offset ?? 0);
    return device.words.slice(at, at + (point?.size ?? 0)).reduce((sum, word) => sum * 0x10000 + word, 0);
  });
}

export const METER = { W: 1500, Hz: 50, PhVphA: 230.1, TotWhImp: 5000, TotWhExp: 200, A: 1 };
export const INVERTER = { W: 3000, Hz: 50, PhVphA: 230, WH: 777 };
export const BATTERY = { W: 2500, LNV: 230, Hz: 50, TotWhInj: 40, TotWhAbs: 90 };
const CONTROL = { WSetEna: 0, WSetMod: 1, WSet: 0, WSetRvrt: 0, WSetEnaRvrt: 0, WSetRvrtTms: 0, WSetRvrtRem: 0 };
export const aBattery = (values: Values = {}): FakeDevice =>
  aDevice({
    701: { ...BATTERY, ...values },
    702: { WMax: 5000, WChaRteMax: 4000 },
    704: CONTROL,
    713: { WHRtg: 10_000, SoC: 55, SoH: 99 },
  });
export const anInverter = (settings: Values = { WMax: 4000 }): FakeDevice =>
  aDevice(
    {
      103: INVERTER,
      120: { WRtg: 5000 },
      121: settings,
      123: { WMaxLimPct: 100, WMaxLim_Ena: 0, WMaxLimPct_RvrtTms: 0 },
    },
    { WMaxLimPct_SF: -2 },
  );

/** A device on the register map of a vendor's profile. */
export async function aVendorDevice(name: string, values: Values): Promise<FakeDevice> {
  const profile = findProfile(name);
  const { map, registers } = profile;
  if (map === undefined || registers === undefined) throw new Error('no map');
  const words = new Uint16Array(65_536);
  words.set(wordsOf(map, { ...values, SN: 'V1' }, {}), registers.address);
  const discovery = await discoverProfile(profile, async (address, count) => words.slice(address, address + count));
  if (discovery === undefined) throw new Error('not found');
  return { profile, discovery, words };
}
