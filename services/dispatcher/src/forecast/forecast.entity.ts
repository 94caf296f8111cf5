import type { ForecastPublished } from '@wattmesh/events';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A site's newest forecast. */
@Entity('forecast')
export class ForecastEntity {
  @PrimaryColumn({ name: 'site_id', type: 'text' })
  siteId!: string;

  @Column({ name: 'issued_at', type: 'timestamptz' })
  issuedAt!: Date;

  @Column({ type: 'jsonb' })
  payload!: ForecastPublished;
}
