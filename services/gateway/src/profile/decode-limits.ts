import { decodePoint } from '../sunspec/decode-point.ts';
import type { Discovery } from '../sunspec/discover-device.ts';
import { bindProfile, sourcePoint } from './bind-profile.ts';
import type { Profile } from './find-profile.ts';
import type { LimitName } from './profile-definition.ts';

/** Ratings and settings of a device as read at discovery; what it does not say is absent. */
export function decodeLimits(profile: Profile, discovery: Discovery): Partial<Record<LimitName, number>> {
  const bound = bindProfile(profile, discovery);
  const limits: Partial<Record<LimitName, number>> = {};
  for (const [name, sources] of Object.entries(bound.layout.limits) as [
    LimitName,
    (typeof bound.layout.limits)[LimitName],
  ][]) {
    const values = (sources ?? []).map((source) => {
      const target = sourcePoint(bound, source);
      return target === undefined ? undefined : decodePoint(target.point, target.model.words);
    });
    const value = values.find((candidate) => typeof candidate === 'number');
    if (typeof value === 'number') limits[name] = value;
  }
  return limits;
}
