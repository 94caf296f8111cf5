import type { MandateSigned } from '@wattmesh/events';
import { BIG_INTEGER, INSTANT } from '@wattmesh/platform/database';
import { Column, Entity, PrimaryColumn } from 'typeorm';

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

  /** Start of the interval in which it was signed: what was measured before is not touched by it. */
  @Column({ ...INSTANT, name: 'valid_from' })
  validFrom!: string;

  @Column({ type: 'jsonb' })
  signed!: MandateSigned;
}
