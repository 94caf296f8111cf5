import type { CommunityConfigured, DeviceRegistered, SiteConfigured } from '@wattmesh/events';
import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity('community')
export class CommunityEntity {
  @PrimaryColumn({ name: 'community_id', type: 'text' })
  communityId!: string;

  @Column({ type: 'jsonb' })
  payload!: CommunityConfigured;
}

@Entity('site')
export class SiteEntity {
  @PrimaryColumn({ name: 'site_id', type: 'text' })
  siteId!: string;

  @Column({ name: 'community_id', type: 'text' })
  communityId!: string;

  @Column({ type: 'jsonb' })
  payload!: SiteConfigured;
}

@Entity('device')
export class DeviceEntity {
  @PrimaryColumn({ name: 'device_id', type: 'text' })
  deviceId!: string;

  @Column({ name: 'site_id', type: 'text' })
  siteId!: string;

  @Column({ type: 'jsonb' })
  payload!: DeviceRegistered;
}
