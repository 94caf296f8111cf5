import type { Quality, ReadingTaken } from '@wattmesh/events';
import type { PointValue } from '../sunspec/decode-point.ts';
import type { Discovery } from '../sunspec/discover-device.ts';
import { powerOfTen } from '../sunspec/point-format.ts';
import type { Block } from '../sunspec/split-reads.ts';
import {
  bindProfile,
  blockOf,
  type BoundPoint,
  type BoundProfile,
  knownScale,
  sourcePoint,
  valueIn,
} from './bind-profile.ts';
import { decodeSetpoint } from './decode-setpoint.ts';
import type { Profile } from './find-profile.ts';
import { NEUTRAL_POINTS, type NeutralPoint, type Source } from './profile-definition.ts';

export interface DecodedReading {
  points: ReadingTaken['points'];
  /** `missing`: a mandatory point is absent. `suspect`: every accumulator stands at zero, a new meter or one that does not count. */
  quality: Extract<Quality, 'measured' | 'suspect' | 'missing'>;
  /** Step and wrap of the energy registers, for the rules of C5; absent where the device has none. */
  counter?: { resolutionWh: number; modulusWh?: number };
}

/**
 * One poll in the gateway's neutral points: load convention (C4), whole Wh, a set-point only while it is in force. What the
 * device does not implement is absent, never zero (C1). A mandatory accumulator at zero is a counter that has counted nothing yet.
 *
 * Example: SunSpec 701 W = 3000 (generation) is powerW -3000.
 */
export function decodeReading(profile: Profile, discovery: Discovery, blocks: readonly Block[]): DecodedReading {
  const bound = bindProfile(profile, discovery);
  const values = new Map<NeutralPoint, number>();
  for (const name of NEUTRAL_POINTS) {
    const value = neutralValue(bound, name, blocks);
    if (value !== undefined) values.set(name, value);
  }
  const isComplete = bound.layout.mandatory.every((name) => values.has(name));
  const { setpointW } = decodeSetpoint(profile, discovery, blocks) ?? {};
  const counter = counterOf(bound);
  return {
    points: { ...neutralPoints(values), ...(setpointW === undefined ? {} : { setpointW }) },
    quality: !isComplete ? 'missing' : isUncounted(bound, values) ? 'suspect' : 'measured',
    ...(counter === undefined ? {} : { counter }),
  };
}

function neutralPoints(values: ReadonlyMap<NeutralPoint, number>): ReadingTaken['points'] {
  const { isPluggedIn, ...points } = Object.fromEntries(values) as Partial<Record<NeutralPoint, number>>;
  return isPluggedIn === undefined ? points : { ...points, isPluggedIn: isPluggedIn === 1 };
}

function neutralValue(bound: BoundProfile, name: NeutralPoint, blocks: readonly Block[]): number | undefined {
  const source = bound.layout.points[name];
  if (source === undefined) return undefined;
  if ('constant' in source) return source.constant;
  const value = sourceValue(bound, source, blocks);
  if (value === undefined) return undefined;
  if (source.trueWhen !== undefined) return source.trueWhen.includes(Number(value)) ? 1 : 0;
  const number = Number(value);
  if (name === 'importWh' || name === 'exportWh' || name === 'wantedWh') return Math.floor(number);
  return source.sign === -1 && number !== 0 ? -number : number;
}

function sourceValue(bound: BoundProfile, source: Source, blocks: readonly Block[]): PointValue | undefined {
  const target = sourcePoint(bound, source);
  if (target === undefined) return undefined;
  const value = valueIn(blocks, target);
  const isNewCounter = value === undefined && isAccumulator(target) && target.point.isMandatory;
  return isNewCounter && isAllZero(blocks, target) ? 0 : value;
}

function isUncounted(bound: BoundProfile, values: ReadonlyMap<NeutralPoint, number>): boolean {
  const { points } = bound.layout;
  const counters = (['importWh', 'exportWh'] as const).filter((name) =>
    isAccumulator(sourcePoint(bound, points[name])),
  );
  return counters.length > 0 && counters.every((name) => values.get(name) === 0);
}

function isAccumulator(target: BoundPoint | undefined): boolean {
  return target !== undefined && target.point.type.startsWith('acc');
}

function isAllZero(blocks: readonly Block[], target: BoundPoint): boolean {
  const block = blockOf(blocks, target);
  if (block === undefined) return false;
  const at = target.model.address + target.point.offset - block.address;
  return block.words.subarray(at, at + target.point.size).every((word) => word === 0);
}

function counterOf(bound: BoundProfile): DecodedReading['counter'] {
  const { importWh, exportWh } = bound.layout.points;
  const target = sourcePoint(bound, exportWh) ?? sourcePoint(bound, importWh);
  const scale = target === undefined ? undefined : knownScale(target);
  if (target === undefined || scale === undefined) return undefined;
  const stepWh = scale < 0 ? 1 / powerOfTen(-scale) : powerOfTen(scale);
  const resolutionWh = Math.max(1, stepWh);
  const bits = 16 * target.point.size;
  return bits > 32 ? { resolutionWh } : { resolutionWh, modulusWh: 2 ** bits * stepWh };
}
