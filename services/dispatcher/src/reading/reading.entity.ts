import type { ReadingTaken } from '@wattmesh/events';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** The newest trustworthy poll of a device. */
@Entity('reading')
export class ReadingEntity {
  @PrimaryColumn({ name: 'device_id', type: 'text' })
  deviceId!: string;

  @Column({ name: 'site_id', type: 'text' })
  siteId!: string;

  @Column({ name: 'measured_at', type: 'timestamptz' })
  measuredAt!: Date;

  @Column({ type: 'jsonb' })
  points!: ReadingTaken['points'];
}
