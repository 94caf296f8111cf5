import { isReached } from './verify-effect.ts';

/** How a device follows what is written to it. */
export interface FollowState {
  /** Polls in a row at which the meters did not show the set-point. */
  readonly misses: number;
  readonly isFollowing: boolean;
}

export const FOLLOWING: FollowState = { misses: 0, isFollowing: true };
/** Polls without effect after which a device counts as not following. */
const MISSES_ALLOWED = 3;

/**
 * Judges one poll after a write: a read-back alone proves nothing, the meters must show the effect.
 *
 * `measuredW` is the power by the independent meters, undefined where they cannot tell: then nothing changes. After three
 * polls without effect the device counts as not following, until the meters show the set-point again.
 */
export function followEffect(
  state: FollowState,
  seen: { kind: string; setpointW: number; ratedW: number; measuredW: number | undefined },
): FollowState & { readonly isReached: boolean } {
  if (seen.measuredW === undefined) return { ...state, isReached: false };
  if (isReached(seen.kind, seen.setpointW, { powerW: seen.measuredW, ratedW: seen.ratedW }))
    return { ...FOLLOWING, isReached: true };
  const misses = state.misses + 1;
  return { misses, isFollowing: misses < MISSES_ALLOWED && state.isFollowing, isReached: false };
}
