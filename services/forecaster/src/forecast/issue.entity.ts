import { Column, Entity, PrimaryColumn } from 'typeorm';

/** The last forecast that left for each site: a restart issues none twice. */
@Entity('issue')
export class IssueEntity {
  @PrimaryColumn({ name: 'site_id', type: 'text' })
  siteId!: string;

  @Column({ name: 'first_interval_start', type: 'timestamptz' })
  firstIntervalStart!: Date;

  @Column({ name: 'model_version', type: 'text' })
  modelVersion!: string;
}
