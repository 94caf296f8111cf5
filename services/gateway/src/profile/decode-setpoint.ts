import type { Discovery } from '../sunspec/discover-device.ts';
import type { Block } from '../sunspec/split-reads.ts';
import { bindProfile, type BoundProfile, pointOf, valueIn } from './bind-profile.ts';
import type { Profile } from './find-profile.ts';
import type { SetpointMap } from './profile-definition.ts';

/** What a controllable device holds; load convention. An absent member was not read or is not implemented. */
export interface DecodedSetpoint {
  isEnabled: boolean;
  /** Only while enabled. */
  setpointW?: number;
  revertAfterS?: number;
  revertToW?: number;
}

/** The set-point of a device from the blocks of a poll or a read-back; undefined where it has none or it was not read. */
export function decodeSetpoint(
  profile: Profile,
  discovery: Discovery,
  blocks: readonly Block[],
): DecodedSetpoint | undefined {
  const bound = bindProfile(profile, discovery);
  const { setpoint } = bound.layout;
  if (setpoint === undefined) return undefined;
  const read = (name: string | undefined): number | undefined => {
    const target = name === undefined ? undefined : pointOf(bound, setpoint.model, name);
    const value = target === undefined ? undefined : valueIn(blocks, target);
    return value === undefined ? undefined : Number(value);
  };
  const enabled = read(setpoint.enable);
  if (enabled === undefined) return undefined;
  const isEnabled = enabled === 1;
  const watts = (name: string | undefined): number | undefined => wattsOf(bound, setpoint, read(name));
  return compact({
    isEnabled,
    setpointW: isEnabled ? watts(setpoint.value) : undefined,
    revertAfterS: read(setpoint.revertSeconds),
    revertToW: watts(setpoint.revertValue),
  });
}

/** Watts that correspond to 100 % of a percentage set-point, by the setting read at discovery; undefined where it is unknown. */
export function fullScaleW(bound: BoundProfile, { percentOf }: SetpointMap): number | undefined {
  const target = percentOf === undefined ? undefined : pointOf(bound, percentOf.model, percentOf.point);
  const value = target === undefined ? undefined : valueIn([target.model], target);
  return typeof value === 'number' && value > 0 ? value : undefined;
}

function wattsOf(bound: BoundProfile, setpoint: SetpointMap, value: number | undefined): number | undefined {
  if (value === undefined || value === 0) return value;
  if (setpoint.percentOf === undefined) return setpoint.sign * value;
  const fullW = fullScaleW(bound, setpoint);
  return fullW === undefined ? undefined : (setpoint.sign * value * fullW) / 100;
}

function compact<T extends { isEnabled: boolean }>(members: { [K in keyof T]: T[K] | undefined }): DecodedSetpoint {
  return Object.fromEntries(
    Object.entries(members).filter(([, value]) => value !== undefined),
  ) as unknown as DecodedSetpoint;
}
