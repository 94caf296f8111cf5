import type { NowView } from '@wattmesh/portal/views';

/**
 * What flows into the community's wires and what flows out, as two rows of parts with positive powers. What the readings do
 * not explain (losses, meter error, readings of different instants) is a part of its own on the side that lacks it, so the
 * rows are equal. Where a value is missing there is no such part and `isComplete` is false.
 */
export type FlowKey = 'import' | 'sun' | 'discharge' | 'load' | 'charging' | 'charge' | 'export' | 'unexplained';
export type FlowPart = { key: FlowKey; powerW: number };
export type FlowBalance = { ins: FlowPart[]; outs: FlowPart[]; totalW: number; isComplete: boolean };

export function balanceFlow(now: Pick<NowView, 'feeder' | 'totals'>): FlowBalance {
  const { loadW, generationW, storageW, chargingW } = now.totals;
  const feederW = now.feeder.powerW;
  const ins = parts([
    ['sun', -(generationW ?? 0)],
    ['discharge', -(storageW ?? 0)],
    ['import', feederW ?? 0],
  ]);
  const outs = parts([
    ['load', loadW ?? 0],
    ['charging', chargingW ?? 0],
    ['charge', storageW ?? 0],
    ['export', -(feederW ?? 0)],
  ]);
  const isComplete = feederW !== undefined && loadW !== undefined && now.totals.missingSites === 0;
  const restW = sumW(ins) - sumW(outs);
  if (isComplete && restW !== 0) (restW > 0 ? outs : ins).push({ key: 'unexplained', powerW: Math.abs(restW) });
  return { ins, outs, totalW: Math.max(sumW(ins), sumW(outs)), isComplete };
}

function parts(values: [FlowKey, number][]): FlowPart[] {
  return values.filter(([, powerW]) => powerW > 0).map(([key, powerW]) => ({ key, powerW }));
}

export function sumW(parts: readonly FlowPart[]): number {
  return parts.reduce((total, part) => total + part.powerW, 0);
}
