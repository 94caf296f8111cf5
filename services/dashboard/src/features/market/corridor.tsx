import type { ClearingView } from '@wattmesh/portal/views';
import { corridorShare } from './corridor-share.ts';

/** The clearing price as a tick between the feed-in price (left) and the retail price (right). */
export function Corridor({ clearing }: { clearing: ClearingView }) {
  const share = corridorShare(clearing);
  return (
    <span className="corridor" aria-hidden="true">
      {share === undefined ? null : <span className="corridor-tick" style={{ left: `${share * 100}%` }} />}
    </span>
  );
}
