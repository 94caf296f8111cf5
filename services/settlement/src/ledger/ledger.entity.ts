import type { IntervalCleared } from '@wattmesh/events';
import { BIG_INTEGER, INSTANT } from '@wattmesh/platform/database';
import { Column, Entity, Generated, PrimaryColumn } from 'typeorm';

/** A cleared run as it was booked. Rows are never changed but for the transaction that commits them. */
@Entity('booked_run')
export class BookedRunEntity {
  @PrimaryColumn({ name: 'community_id', type: 'text' })
  communityId!: string;

  @PrimaryColumn({ ...INSTANT, name: 'interval_start' })
  intervalStart!: string;

  @PrimaryColumn({ name: 'run_number', type: 'integer' })
  runNumber!: number;

  /** Counts runs in the order they were cleared: the order of their commits. */
  @Generated('increment')
  @Column({ ...BIG_INTEGER })
  number!: number;

  @Column({ type: 'text' })
  root!: string;

  @Column({ name: 'data_hash', type: 'text' })
  dataHash!: string;

  @Column({ type: 'jsonb' })
  cleared!: IntervalCleared;

  /** Nonce of the transaction that commits the run. */
  @Column({ ...BIG_INTEGER, name: 'commit_nonce', nullable: true })
  commitNonce!: number | null;
}

@Entity('ledger_row')
export class LedgerRowEntity {
  @PrimaryColumn({ name: 'community_id', type: 'text' })
  communityId!: string;

  @PrimaryColumn({ ...INSTANT, name: 'interval_start' })
  intervalStart!: string;

  @PrimaryColumn({ name: 'run_number', type: 'integer' })
  runNumber!: number;

  @PrimaryColumn({ name: 'member_id', type: 'text' })
  memberId!: string;

  @Column({ type: 'text' })
  run!: string;

  /** Start of the settlement period whose lanes move the row: its own, or a later one for a correction. */
  @Column({ ...INSTANT, name: 'period_start' })
  periodStart!: string;

  @Column({ ...BIG_INTEGER, name: 'trade_micro' })
  tradeMicro!: number;

  @Column({ ...BIG_INTEGER, name: 'supply_micro' })
  supplyMicro!: number;

  @Column({ ...BIG_INTEGER, name: 'receivable_micro' })
  receivableMicro!: number;
}

/** A cleared run that waits for its community's configuration or for a mandate: topics come in any order. */
@Entity('waiting_run')
export class WaitingRunEntity {
  @PrimaryColumn({ name: 'community_id', type: 'text' })
  communityId!: string;

  @PrimaryColumn({ ...INSTANT, name: 'interval_start' })
  intervalStart!: string;

  @PrimaryColumn({ name: 'run_number', type: 'integer' })
  runNumber!: number;

  @Generated('increment')
  @Column({ ...BIG_INTEGER })
  number!: number;

  @Column({ type: 'jsonb' })
  cleared!: IntervalCleared;
}
