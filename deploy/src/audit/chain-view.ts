import type { CommittedHeader } from '@wattmesh/settlement/digest-headers';

/** One commit as the chain's event states it; without trades the price is 0, the data hash is SHA-256 of the run's canonical JSON. */
export interface CommitOnChain extends CommittedHeader {
  readonly transactionHash: string;
}

/** What the settlement contract says, read from the chain alone. */
export interface ChainView {
  readonly commits: readonly CommitOnChain[];
  /** Periods that were executed, and the amount each member's lane moved by: negative is a debit. */
  readonly executions: readonly {
    firstIntervalStart: string;
    intervalCount: number;
    deltasMicro: ReadonlyMap<string, bigint>;
    transactionHash: string;
  }[];
  readonly lanesMicro: ReadonlyMap<string, bigint>;
  readonly depositsMicro: ReadonlyMap<string, bigint>;
  /** What members took out of their lanes: exits asked for and withdrawals. */
  readonly takenOutMicro: ReadonlyMap<string, bigint>;
  readonly mandateCapMicro: ReadonlyMap<string, bigint>;
  readonly tokenBalanceMicro: bigint;
  readonly pendingExitsMicro: bigint;
  /** Members whose withdrawal a dry run on the chain refused, with the chain's reason. */
  readonly refusedWithdrawals: readonly { memberId: string; reason: string }[];
}
