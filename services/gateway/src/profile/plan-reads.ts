import type { Discovery } from '../sunspec/discover-device.ts';
import { type Span, splitReads } from '../sunspec/split-reads.ts';
import { bindProfile, type BoundPoint, pointOf, sourcePoint } from './bind-profile.ts';
import type { Profile } from './find-profile.ts';
import { NEUTRAL_POINTS } from './profile-definition.ts';

const MAX_REGISTERS = 125;

/**
 * Requests of one poll: every neutral point of the device and the set-point in force, each together with its scale factor
 * (C1: value and scale factor from one response), packed into the fewest requests of at most 125 registers.
 *
 * Example: a three-phase SunSpec meter is one request of 48 registers.
 */
export function readPlan(profile: Profile, discovery: Discovery): Span[] {
  const bound = bindProfile(profile, discovery);
  const { setpoint } = bound.layout;
  const inForce =
    setpoint === undefined ? [] : [setpoint.enable, setpoint.value].map((name) => pointOf(bound, setpoint.model, name));
  const points = [...NEUTRAL_POINTS.map((name) => sourcePoint(bound, bound.layout.points[name])), ...inForce];
  return splitReads(points.flatMap(spansOf));
}

/** Requests that read back everything a set-point writes. */
export function readBackPlan(profile: Profile, discovery: Discovery): Span[] {
  const bound = bindProfile(profile, discovery);
  const { setpoint } = bound.layout;
  const names = setpoint?.writes.flat() ?? [];
  return splitReads(names.flatMap((name) => spansOf(pointOf(bound, setpoint?.model, name))));
}

/** From the point to its scale factor in one piece where one request can hold both. */
function spansOf(bound: BoundPoint | undefined): Span[] {
  if (bound === undefined) return [];
  const { model, point } = bound;
  const own = { address: model.address + point.offset, count: point.size };
  if (typeof point.scale !== 'object') return [own];
  const factor = { address: model.address + point.scale.offset, count: 1 };
  const address = Math.min(own.address, factor.address);
  const count = Math.max(own.address + own.count, factor.address + 1) - address;
  return count <= MAX_REGISTERS ? [{ address, count }] : [own, factor];
}
