import { Injectable } from '@nestjs/common';
import type { CommandIssued, CommandProgressed } from '@wattmesh/events';
import { EntityManager } from 'typeorm';
import type { CommandView } from '../view/command-view.schema.ts';

/** Commands, and how far each has come: the two arrive in any order. */
@Injectable()
export class CommandStore {
  constructor(private readonly database: EntityManager) {}

  async keepIssued(commands: readonly CommandIssued[], tx: EntityManager): Promise<void> {
    await tx.query(
      `insert into command (command_id, device_id, site_id, issued_at, expires_at, setpoint_w, min_w, max_w, reason)
       select * from unnest($1::text[], $2::text[], $3::text[], $4::timestamptz[], $5::timestamptz[], $6::float8[],
         $7::float8[], $8::float8[], $9::jsonb[]) on conflict do nothing`,
      [
        commands.map((command) => command.commandId),
        commands.map((command) => command.deviceId),
        commands.map((command) => command.siteId),
        commands.map((command) => command.issuedAt),
        commands.map((command) => command.expiresAt),
        commands.map((command) => command.setpointW),
        commands.map((command) => command.minW),
        commands.map((command) => command.maxW),
        commands.map((command) => JSON.stringify(command.reason)),
      ],
    );
  }

  async keepProgress(progress: readonly CommandProgressed[], tx: EntityManager): Promise<void> {
    await tx.query(
      `insert into command_stage (command_id, stage, at, detail)
       select * from unnest($1::text[], $2::text[], $3::timestamptz[], $4::jsonb[]) on conflict do nothing`,
      [
        progress.map((each) => each.commandId),
        progress.map((each) => each.stage),
        progress.map((each) => each.at),
        progress.map(({ setpointW, measuredW, reason }) => JSON.stringify({ setpointW, measuredW, reason })),
      ],
    );
  }

  /** Newest first: of each site its newest, of those the newest. */
  async newest(siteIds: readonly string[], limit: number): Promise<CommandView[]> {
    const rows: CommandRow[] = await this.database.query(
      `select c.*, (
         select coalesce(jsonb_agg(jsonb_build_object('stage', s.stage, 'at', s.at) || s.detail
           order by s.at, array_position(array['accepted', 'applied', 'verified', 'expired', 'reverted', 'refused'], s.stage)), '[]')
         from command_stage s where s.command_id = c.command_id) as stages
       from unnest($1::text[]) as site (id)
       cross join lateral (select * from command where site_id = site.id order by issued_at desc limit $2) c
       order by c.issued_at desc, c.command_id limit $2`,
      [siteIds, limit],
    );
    return rows.map(toView);
  }
}

interface CommandRow {
  command_id: string;
  device_id: string;
  site_id: string;
  issued_at: Date;
  expires_at: Date;
  setpoint_w: number;
  min_w: number;
  max_w: number;
  reason: CommandView['reason'];
  stages: CommandView['stages'];
}

function toView(row: CommandRow): CommandView {
  const stages = row.stages.map((stage) => ({ ...stage, at: new Date(stage.at).toISOString() }));
  return {
    commandId: row.command_id,
    deviceId: row.device_id,
    siteId: row.site_id,
    issuedAt: row.issued_at.toISOString(),
    expiresAt: row.expires_at.toISOString(),
    setpointW: row.setpoint_w,
    minW: row.min_w,
    maxW: row.max_w,
    reason: row.reason,
    stage: stages.at(-1)?.stage ?? 'issued',
    stages,
  };
}
