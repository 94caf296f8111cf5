import type { Reason } from '@wattmesh/events';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { ScheduleSlot } from './schedule-slot.ts';

/** A device's schedule in force; a plan replaces it by a higher revision. */
@Entity('schedule')
export class ScheduleEntity {
  @PrimaryColumn({ name: 'device_id', type: 'text' })
  deviceId!: string;

  @Column({ name: 'site_id', type: 'text' })
  siteId!: string;

  @Column({ type: 'int' })
  revision!: number;

  @Column({ name: 'first_interval_start', type: 'timestamptz' })
  firstIntervalStart!: Date;

  @Column({ type: 'jsonb' })
  slots!: ScheduleSlot[];

  /** Full reason of the interval the plan was made for, with its next-best alternative. */
  @Column({ name: 'first_reason', type: 'jsonb' })
  firstReason!: { intervalStart: string; reason: Reason };
}
