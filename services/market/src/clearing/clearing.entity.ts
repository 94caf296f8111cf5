import type { IntervalCleared } from '@wattmesh/events';
import { INSTANT } from '@wattmesh/platform/database';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { PriceAtInterval } from './interval-input.ts';

/** What later runs of an interval keep from its first one: the tariff and loss that held when it was delivered. */
export interface IntervalTerms {
  readonly price: PriceAtInterval;
  readonly lossPct: number;
  readonly tariffHash: string;
}

@Entity('clearing')
export class ClearingEntity {
  @PrimaryColumn({ name: 'community_id', type: 'text' })
  communityId!: string;

  @PrimaryColumn({ ...INSTANT, name: 'interval_start' })
  intervalStart!: string;

  /** Preliminary 0, final 1, correction-n 1 + n. */
  @PrimaryColumn({ name: 'run_number', type: 'integer' })
  runNumber!: number;

  @Column({ type: 'jsonb' })
  terms!: IntervalTerms;

  @Column({ type: 'jsonb' })
  cleared!: IntervalCleared;
}

/** An interval with a final run for which other data came since. */
@Entity('correction_due')
export class CorrectionDueEntity {
  @PrimaryColumn({ name: 'community_id', type: 'text' })
  communityId!: string;

  @PrimaryColumn({ ...INSTANT, name: 'interval_start' })
  intervalStart!: string;

  @Column({ ...INSTANT, name: 'since' })
  since!: string;
}
