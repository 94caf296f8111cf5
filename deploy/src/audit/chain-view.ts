/** What the settlement contract says, read from the chain alone. */
export interface ChainView {
  readonly commits: readonly { intervalStart: string; run: string; root: string; transactionHash: string }[];
  /** Periods that were executed, and the amount each member's lane moved by: negative is a debit. */
  readonly executions: readonly {
    firstIntervalStart: string;
    intervalCount: number;
    deltasMicro: ReadonlyMap<string, bigint>;
    transactionHash: string;
  }[];
  readonly lanesMicro: ReadonlyMap<string, bigint>;
  readonly depositsMicro: ReadonlyMap<string, bigint>;
  readonly mandateCapMicro: ReadonlyMap<string, bigint>;
  readonly tokenBalanceMicro: bigint;
  readonly pendingExitsMicro: bigint;
  /** Members whose withdrawal a dry run on the chain refused, with the chain's reason. */
  readonly refusedWithdrawals: readonly { memberId: string; reason: string }[];
}
