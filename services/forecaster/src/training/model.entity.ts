import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { ModelStructure } from './pack-models.ts';
import type { Training } from './train-models.ts';

/** What a model was made from and how. */
export interface Lineage {
  fromMs: number;
  untilMs: number;
  siteIds: string[];
  historyHash: string;
  algorithm: string;
  seed: number;
  epochs: number;
  hidden: number;
  backend: string;
  parameters: number;
}

@Entity('model')
export class ModelEntity {
  @PrimaryColumn({ type: 'text' })
  version!: string;

  @Column({ name: 'lineage_key', type: 'text' })
  lineageKey!: string;

  @Column({ type: 'jsonb' })
  lineage!: Lineage;

  @Column({ name: 'is_promoted', type: 'boolean' })
  isPromoted!: boolean;

  @Column({ type: 'jsonb' })
  reports!: Training['reports'];

  @Column({ type: 'jsonb' })
  structure!: ModelStructure[];

  /** 32-bit floats, little-endian, the quantities of `structure` one after the other. */
  @Column({ type: 'bytea' })
  weights!: Buffer;

  @Column({ name: 'trained_at', type: 'timestamptz' })
  trainedAt!: Date;
}
