import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { RegistryDocument } from './registry.schema.ts';

/** One registered community: the document it came in and that document's hash. */
@Entity('registration')
export class RegistrationEntity {
  @PrimaryColumn({ name: 'community_id', type: 'text' })
  communityId!: string;

  @Column({ name: 'document_hash', type: 'text' })
  documentHash!: string;

  @Column({ type: 'jsonb' })
  document!: RegistryDocument;

  @Column({ name: 'registered_at', type: 'timestamptz' })
  registeredAt!: Date;
}
