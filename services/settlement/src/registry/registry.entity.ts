import type { CommunityConfigured, MandateSigned } from '@wattmesh/events';
import { BIG_INTEGER } from '@wattmesh/platform/database';
import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity('community')
export class CommunityEntity {
  @PrimaryColumn({ name: 'community_id', type: 'text' })
  communityId!: string;

  @Column({ type: 'jsonb' })
  config!: CommunityConfigured;
}

@Entity('mandate')
export class MandateEntity {
  @PrimaryColumn({ name: 'mandate_hash', type: 'text' })
  mandateHash!: string;

  @Column({ name: 'community_id', type: 'text' })
  communityId!: string;

  @Column({ name: 'member_id', type: 'text' })
  memberId!: string;

  @Column({ ...BIG_INTEGER })
  nonce!: number;

  @Column({ type: 'jsonb' })
  signed!: MandateSigned;
}
