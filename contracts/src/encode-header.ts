import { runNumber } from './number-run.ts';

const SECONDS_PER_INTERVAL = 900;

/** What is published of one interval and run; energies in Wh, price in micro-units per kWh. */
export interface IntervalHeader {
  /** UTC, ISO 8601, on a 15-minute boundary. */
  intervalStart: string;
  run: string;
  tradeCount: number;
  /** Trades and account rows together: trades come first in the tree. */
  leafCount: number;
  sharedWh: number;
  priceMicroPerKwh: number;
  root: string;
  dataHash: string;
}

/** `ISettlement.Header`, as ethers takes it. */
export interface EncodedHeader {
  interval: bigint;
  run: bigint;
  tradeCount: bigint;
  leafCount: bigint;
  sharedWh: bigint;
  priceMicroPerKwh: bigint;
  root: string;
  dataHash: string;
}

/** Number of an interval on chain: Unix seconds of its start / 900. */
export function intervalNumber(intervalStart: string): number {
  const number = Date.parse(intervalStart) / 1000 / SECONDS_PER_INTERVAL;
  if (!Number.isInteger(number)) throw new RangeError(`not the start of a 15-minute interval: ${intervalStart}`);
  return number;
}

/** Start of an interval on chain: the inverse of `intervalNumber`. */
export function intervalStartOfNumber(interval: number): string {
  return new Date(interval * SECONDS_PER_INTERVAL * 1000).toISOString();
}

/**
 * Header of an interval and run in the form of `Settlement.commit`.
 *
 * @example await settlement.commit([encodeHeader(header)])
 */
export function encodeHeader(header: IntervalHeader): EncodedHeader {
  return {
    interval: BigInt(intervalNumber(header.intervalStart)),
    run: BigInt(runNumber(header.run)),
    tradeCount: BigInt(header.tradeCount),
    leafCount: BigInt(header.leafCount),
    sharedWh: BigInt(header.sharedWh),
    priceMicroPerKwh: BigInt(header.priceMicroPerKwh),
    root: header.root,
    dataHash: header.dataHash,
  };
}
