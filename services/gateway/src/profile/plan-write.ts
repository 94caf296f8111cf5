import type { PointValue } from '../sunspec/decode-point.ts';
import type { Discovery } from '../sunspec/discover-device.ts';
import { encodePoint } from '../sunspec/encode-point.ts';
import { powerOfTen } from '../sunspec/point-format.ts';
import { bindProfile, type BoundPoint, type BoundProfile, knownScale, pointOf } from './bind-profile.ts';
import { fullScaleW } from './decode-setpoint.ts';
import type { Profile } from './find-profile.ts';
import type { SetpointMap } from './profile-definition.ts';
import { ProfileError } from './profile-error.ts';

/** Load convention. For an inverter the set-point is a limit: -3000 lets it generate up to 3 kW. */
export interface SetpointCommand {
  setpointW: number;
  /** Seconds after which the device lets go by itself; refresh at a third of it. */
  revertAfterS: number;
  /** What it falls back to then, where the device can hold such a value (C9). */
  revertToW: number;
}
/** One atomic write by function 16. */
export interface RegisterWrite {
  address: number;
  words: Uint16Array;
}

/**
 * Writes that put a set-point into force, to be sent in this order: each covers contiguous whole points in one request, the
 * revert timer no later than the set-point it guards (C9). Throws PROFILE_READ_ONLY for a device without set-point and
 * PROFILE_VALUE where the device cannot hold the value. Scale factors are those read at discovery; reading back finds a changed one.
 *
 * Example: 704, setpointW 2000 (charge) writes WSet = -2000 with WSetEna 1 and WSetMod 1.
 */
export function writePlan(profile: Profile, discovery: Discovery, command: SetpointCommand): RegisterWrite[] {
  const bound = bindProfile(profile, discovery);
  const setpoint = requireSetpoint(profile, bound);
  const { revertEnable, revertSeconds, revertValue } = setpoint;
  const values: Record<string, number> = { ...setpoint.constants, [setpoint.enable]: 1 };
  values[setpoint.value] = deviceValue(bound, setpoint, command.setpointW);
  if (revertEnable !== undefined) values[revertEnable] = 1;
  if (revertSeconds !== undefined) values[revertSeconds] = Math.ceil(command.revertAfterS);
  if (revertValue !== undefined) values[revertValue] = deviceValue(bound, setpoint, command.revertToW);
  return setpoint.writes.map((names) => encodeGroup(bound, setpoint, { names, values }));
}

/** Write that ends a set-point before its time: the device follows its own default again. */
export function releasePlan(profile: Profile, discovery: Discovery): RegisterWrite[] {
  const bound = bindProfile(profile, discovery);
  const setpoint = requireSetpoint(profile, bound);
  return [encodeGroup(bound, setpoint, { names: [setpoint.enable], values: { [setpoint.enable]: 0 } })];
}

/** The set-point in W that the device will really hold after `writePlan`: rounded to its register, held within its percentages. */
export function effectiveSetpointW(profile: Profile, discovery: Discovery, setpointW: number): number {
  const bound = bindProfile(profile, discovery);
  const setpoint = requireSetpoint(profile, bound);
  const value = roundToScale(
    deviceValue(bound, setpoint, setpointW),
    knownScale(requirePoint(bound, setpoint, setpoint.value)),
  );
  const watts = setpoint.percentOf === undefined ? value : (value * (fullScaleW(bound, setpoint) ?? 0)) / 100;
  return watts === 0 ? 0 : setpoint.sign * watts;
}

function requireSetpoint(profile: Profile, { layout }: BoundProfile): SetpointMap {
  if (layout.setpoint !== undefined) return layout.setpoint;
  throw new ProfileError('PROFILE_READ_ONLY', `a ${layout.kind} of profile "${profile.name}" takes no set-point`);
}

function requirePoint(bound: BoundProfile, setpoint: SetpointMap, name: string): BoundPoint {
  const target = pointOf(bound, setpoint.model, name);
  if (target !== undefined) return target;
  throw new ProfileError('PROFILE_MISMATCH', `the device holds no point ${name} of model ${setpoint.model}`);
}

/** Watts in the device's own sign and unit. A percentage is rounded towards less, so that a limit is never exceeded. */
function deviceValue(bound: BoundProfile, setpoint: SetpointMap, watts: number): number {
  if (!Number.isFinite(watts)) throw new ProfileError('PROFILE_VALUE', `set-point of ${watts} W: use a finite number`);
  if (setpoint.percentOf === undefined) return watts === 0 ? 0 : setpoint.sign * watts;
  const fullW = fullScaleW(bound, setpoint);
  if (fullW === undefined) {
    const { model, point } = setpoint.percentOf;
    throw new ProfileError('PROFILE_VALUE', `${point} of model ${model} is not implemented: a percentage has no base`);
  }
  const scale = knownScale(requirePoint(bound, setpoint, setpoint.value)) ?? 0;
  const steps = scale < 0 ? powerOfTen(-scale) : 1 / powerOfTen(scale);
  const pct = Math.floor(((setpoint.sign * watts * 100) / fullW) * steps + 1e-6) / steps;
  return Math.min(100, Math.max(setpoint.minimumPct, pct));
}

function roundToScale(value: number, scale = 0): number {
  return scale < 0
    ? Math.round(value * powerOfTen(-scale)) / powerOfTen(-scale)
    : Math.round(value / powerOfTen(scale)) * powerOfTen(scale);
}

function encodeGroup(
  bound: BoundProfile,
  setpoint: SetpointMap,
  { names, values }: { names: readonly string[]; values: Readonly<Record<string, PointValue>> },
): RegisterWrite {
  const targets = names.map((name) => requirePoint(bound, setpoint, name));
  const words: number[] = [];
  let end: number | undefined;
  for (const { model, point } of targets) {
    if (end !== undefined && point.offset !== end) {
      throw new ProfileError(
        'PROFILE_MISMATCH',
        `${point.name} does not follow the point before it: one write holds no gaps`,
      );
    }
    words.push(...encode({ model, point }, values[point.name]));
    end = point.offset + point.size;
  }
  const [first] = targets;
  return { address: (first?.model.address ?? 0) + (first?.point.offset ?? 0), words: Uint16Array.from(words) };
}

function encode(target: BoundPoint, value: PointValue | undefined): Uint16Array {
  const scale = knownScale(target);
  if (value === undefined || scale === undefined) {
    throw new ProfileError(
      'PROFILE_VALUE',
      `${target.point.name}: no value or no scale factor, nothing can be written`,
    );
  }
  try {
    return encodePoint(target.point, value, scale);
  } catch (error) {
    throw new ProfileError('PROFILE_VALUE', `${target.point.name}: the device cannot hold ${value}`, { cause: error });
  }
}
