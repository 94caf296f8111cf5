import type { CommunityConfigured, MemberRegistered, MeterEnrolled } from '@wattmesh/events';
import { INSTANT } from '@wattmesh/platform/database';
import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity('community')
export class CommunityEntity {
  @PrimaryColumn({ name: 'community_id', type: 'text' })
  communityId!: string;

  @Column({ type: 'jsonb' })
  config!: CommunityConfigured;

  /** First interval that is not closed preliminarily yet: intervals close in order, none is skipped. */
  @Column({ ...INSTANT, name: 'next_interval_start' })
  nextIntervalStart!: string;
}

@Entity('member')
export class MemberEntity {
  @PrimaryColumn({ name: 'member_id', type: 'text' })
  memberId!: string;

  @Column({ name: 'community_id', type: 'text' })
  communityId!: string;

  @Column({ type: 'jsonb' })
  registered!: MemberRegistered;
}

@Entity('meter')
export class MeterEntity {
  @PrimaryColumn({ name: 'meter_id', type: 'text' })
  meterId!: string;

  @Column({ name: 'community_id', type: 'text' })
  communityId!: string;

  @Column({ type: 'jsonb' })
  enrolled!: MeterEnrolled;
}
