import type { BranchKind } from './branches-of.ts';

const PATH: Record<BranchKind, string> = {
  grid: 'M-9 11L-3 -10H3L9 11M-6 1H6M-4.500 -5H4.500M-8 11L6 1M8 11L-6 1M-10 -5H10',
  load: 'M-10 1L0 -9L10 1M-7 -1V9H7V-1M-2 9V3H2V9',
  sun: 'M-10 7L-6 -7H6L10 7ZM-8 0H8M-2 -7L-3.500 7M2 -7L3.500 7',
  storage: 'M-10 -6H8V6H-10ZM10 -2.500V2.500M-6 -3V3M-1 -3V3M4 -3V3',
  charging: 'M-7 10V-9H3V10M-9 10H5M3 -2H6Q8 -2 8 1V5Q8 7 9.500 7M-4 -6H0M-1 -3L-4 2H0L-3 7',
};

/** Plain line drawing of what hangs on the bus. */
export function Symbol({ kind, x, y }: { kind: BranchKind; x: number; y: number }) {
  return <path className="symbol" d={PATH[kind]} transform={`translate(${x} ${y})`} aria-hidden="true" />;
}
