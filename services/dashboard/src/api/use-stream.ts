import { createContext, use, useEffect, useSyncExternalStore } from 'react';
import type { StreamHub, StreamView } from './stream-hub.ts';

export const StreamContext = createContext<StreamHub | undefined>(undefined);

function useHub(): StreamHub {
  const hub = use(StreamContext);
  if (hub === undefined) throw new TypeError('StreamContext has no hub above this component');
  return hub;
}

/** Keeps the page's one stream on a community while the calling component is mounted. */
export function useFollow(communityId: string | undefined): void {
  const hub = useHub();
  useEffect(() => (communityId === undefined ? undefined : hub.follow(communityId)), [hub, communityId]);
}

export function useStreamView(): StreamView {
  const hub = useHub();
  return useSyncExternalStore(hub.subscribe, hub.snapshot);
}

/** Time in the community in ms since 1970, moved once a second; undefined until the portal said it. */
export function useNowMs(): number | undefined {
  const hub = useHub();
  return useSyncExternalStore(hub.subscribeTick, hub.snapshotNowMs);
}

/** Sets the page's clock by a view's own time. */
export function useClockSync(asOf: string | undefined, speed: number): void {
  const hub = useHub();
  useEffect(() => {
    if (asOf !== undefined) hub.sync(asOf, speed);
  }, [hub, asOf, speed]);
}
