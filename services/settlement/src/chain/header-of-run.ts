import type { IntervalHeader } from '@wattmesh/contracts';
import type { IntervalCleared } from '@wattmesh/events';

/** A booked run with the root of its tree. */
export interface RootedRun {
  readonly intervalStart: string;
  readonly root: string;
  readonly dataHash: string;
  readonly cleared: Pick<IntervalCleared, 'run' | 'trades' | 'accounts' | 'sharedWh' | 'priceMicroPerKwh'>;
}

/** What is published on chain of a run: totals, price and root; no member's energy. Without trades the price is 0. */
export function headerOfRun({ intervalStart, root, dataHash, cleared }: RootedRun): IntervalHeader {
  return {
    intervalStart,
    run: cleared.run,
    tradeCount: cleared.trades.length,
    leafCount: cleared.trades.length + cleared.accounts.length,
    sharedWh: cleared.sharedWh,
    priceMicroPerKwh: cleared.priceMicroPerKwh ?? 0,
    root,
    dataHash,
  };
}
