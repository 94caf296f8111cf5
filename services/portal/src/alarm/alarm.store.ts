import { Injectable } from '@nestjs/common';
import { EntityManager } from 'typeorm';
import type { AlarmKind, AlarmView } from '../view/alarm-view.schema.ts';
import type { ActiveAlarms } from './active-alarms.ts';
import { describeAlarm } from './describe-alarm.ts';

const ENDED_SHOWN = 200;

/** Alarms, each from its beginning to its end. */
@Injectable()
export class AlarmStore {
  constructor(private readonly database: EntityManager) {}

  /** Ends what is no longer, raises what is new, leaves what goes on. */
  async setActive(active: ActiveAlarms, tx: EntityManager): Promise<void> {
    const { at, communityId, kinds, objectIds, raised } = active;
    await tx.query(
      `update alarm set cleared_at = greatest($1::timestamptz, raised_at)
       where cleared_at is null and kind = any($2::text[]) and object_id = any($3::text[])
         and (kind, object_id) not in (select * from unnest($4::text[], $5::text[]))`,
      [at, kinds, objectIds, raised.map(({ kind }) => kind), raised.map(({ objectId }) => objectId)],
    );
    for (const alarm of raised) {
      const alarmId = `${alarm.kind}:${alarm.objectId}:${Date.parse(at)}`;
      await tx.query(
        `insert into alarm (alarm_id, kind, object_id, community_id, site_id, cause, raised_at)
         values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing`,
        [alarmId, alarm.kind, alarm.objectId, communityId ?? null, alarm.siteId ?? null, alarm.cause, at],
      );
    }
  }

  /** Active ones first, by priority; then the last that ended. */
  async list(communityId: string): Promise<AlarmView[]> {
    const rows: AlarmRow[] = await this.database.query(
      `(select * from alarm where community_id = $1 and cleared_at is null)
       union all
       (select * from alarm where community_id = $1 and cleared_at is not null order by raised_at desc limit ${ENDED_SHOWN})`,
      [communityId],
    );
    return rows.map(toView).sort(compare);
  }
}

interface AlarmRow {
  alarm_id: string;
  kind: AlarmKind;
  object_id: string;
  site_id: string | null;
  cause: string;
  raised_at: Date;
  cleared_at: Date | null;
}

function toView(row: AlarmRow): AlarmView {
  return {
    alarmId: row.alarm_id,
    kind: row.kind,
    ...describeAlarm(row.kind, row.cause),
    objectId: row.object_id,
    ...(row.site_id === null ? {} : { siteId: row.site_id }),
    raisedAt: row.raised_at.toISOString(),
    ...(row.cleared_at === null ? {} : { clearedAt: row.cleared_at.toISOString() }),
    isActive: row.cleared_at === null,
  };
}

const PRIORITIES = ['high', 'medium', 'low'];

function compare(a: AlarmView, b: AlarmView): number {
  const rank = (alarm: AlarmView): number => (alarm.isActive ? PRIORITIES.indexOf(alarm.priority) : PRIORITIES.length);
  return rank(a) - rank(b) || Date.parse(b.raisedAt) - Date.parse(a.raisedAt) || (a.alarmId < b.alarmId ? -1 : 1);
}
