import { BIG_INTEGER, INSTANT } from '@wattmesh/platform/database';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A settlement period whose final runs are all booked. Its lanes are fixed when it is opened on chain. */
@Entity('period')
export class PeriodEntity {
  @PrimaryColumn({ name: 'community_id', type: 'text' })
  communityId!: string;

  @PrimaryColumn({ ...INSTANT, name: 'period_start' })
  periodStart!: string;

  @Column({ name: 'interval_count', type: 'integer' })
  intervalCount!: number;

  /** `complete`: booked; `open`: announced on chain; `executed`: moved; `empty`: nothing to move. */
  @Column({ type: 'text' })
  state!: 'complete' | 'open' | 'executed' | 'empty';

  /** Number on chain, from 1. */
  @Column({ ...BIG_INTEGER, name: 'seq', nullable: true })
  seq!: number | null;

  /** Amounts per member, positive a debit, as packed for the chain. */
  @Column({ type: 'jsonb', default: {} })
  lanes!: Record<string, number>;

  /** What members still owe to the supplier after this period, for want of balance or mandate on chain. */
  @Column({ name: 'carried_micro', type: 'jsonb', default: {} })
  carriedMicro!: Record<string, number>;

  @Column({ type: 'text', nullable: true })
  packed!: string | null;

  /** Gas of opening, counted with the execution. */
  @Column({ ...BIG_INTEGER, name: 'open_gas', default: 0 })
  openGas!: number;
}
