import type { IntervalMetered } from '@wattmesh/events';
import { INSTANT } from '@wattmesh/platform/database';
import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity('metering')
export class MeteringEntity {
  @PrimaryColumn({ name: 'meter_id', type: 'text' })
  meterId!: string;

  @PrimaryColumn({ ...INSTANT, name: 'interval_start' })
  intervalStart!: string;

  /** Preliminary 0, final 1, correction-n 1 + n: the highest is the best known. */
  @PrimaryColumn({ name: 'run_number', type: 'integer' })
  runNumber!: number;

  /** False where the value cannot be what the connection passed; the interval is then closed with a substitute. */
  @Column({ name: 'is_usable', type: 'boolean' })
  isUsable!: boolean;

  @Column({ type: 'text' })
  hash!: string;

  @Column({ type: 'jsonb' })
  metered!: IntervalMetered;
}

/**
 * A metering that came before its meter's enrolment or community: topics come in any order. It is checked then; until then
 * all that claim one interval wait side by side, so that no forgery takes a genuine one's place.
 */
@Entity('waiting_metering')
export class WaitingMeteringEntity {
  @PrimaryColumn({ name: 'meter_id', type: 'text' })
  meterId!: string;

  @PrimaryColumn({ ...INSTANT, name: 'interval_start' })
  intervalStart!: string;

  @PrimaryColumn({ name: 'run_number', type: 'integer' })
  runNumber!: number;

  @PrimaryColumn({ type: 'text' })
  hash!: string;

  @Column({ type: 'jsonb' })
  metered!: IntervalMetered;
}
