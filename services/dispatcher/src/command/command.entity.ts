import type { CommandProgressed } from '@wattmesh/events';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Ledger of commands: what was issued and how far it got. */
@Entity('command')
export class CommandEntity {
  @PrimaryColumn({ name: 'command_id', type: 'uuid' })
  commandId!: string;

  @Column({ name: 'device_id', type: 'text' })
  deviceId!: string;

  @Column({ name: 'issued_at', type: 'timestamptz' })
  issuedAt!: Date;

  @Column({ name: 'expires_at', type: 'timestamptz' })
  expiresAt!: Date;

  /** Schedule and interval that the command corrects. */
  @Column({ type: 'int' })
  revision!: number;

  @Column({ name: 'interval_start', type: 'timestamptz' })
  intervalStart!: Date;

  @Column({ name: 'setpoint_w', type: 'int' })
  setpointW!: number;

  @Column({ name: 'reason_code', type: 'text' })
  reasonCode!: string;

  @Column({ type: 'text', nullable: true })
  stage!: CommandProgressed['stage'] | null;

  @Column({ name: 'progressed_at', type: 'timestamptz', nullable: true })
  progressedAt!: Date | null;
}
