import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity('site')
export class SiteEntity {
  @PrimaryColumn({ name: 'site_id', type: 'text' })
  siteId!: string;

  @Column({ name: 'time_zone', type: 'text' })
  timeZone!: string;

  @Column({ name: 'latitude_deg', type: 'double precision' })
  latitudeDeg!: number;

  @Column({ name: 'longitude_deg', type: 'double precision' })
  longitudeDeg!: number;
}

@Entity('device')
export class DeviceEntity {
  @PrimaryColumn({ name: 'device_id', type: 'text' })
  deviceId!: string;

  @Column({ name: 'site_id', type: 'text' })
  siteId!: string;

  @Column({ name: 'meter_role', type: 'text' })
  meterRole!: string;
}
