import { Injectable } from '@nestjs/common';
import { EVENTS } from '@wattmesh/events';
import { EntityManager } from 'typeorm';
import { DirectoryService } from '../directory/directory.service.ts';
import { placeOf, type StreamEvent } from './stream-event.ts';

const TOPICS = [...EVENTS.keys()];

/** The event log from any position on. Positions are given out in the order of commits: whoever reads on misses none. */
@Injectable()
export class StreamStore {
  constructor(
    private readonly database: EntityManager,
    private readonly directory: DirectoryService,
  ) {}

  async head(): Promise<number> {
    const [row]: { head: string | null }[] = await this.database.query(
      `select max(position) as head from bus.event_log`,
    );
    return Number(row?.head ?? 0);
  }

  /** Up to `most` events after a position, each with the community it belongs to. */
  async after(position: number, most: number): Promise<StreamEvent[]> {
    const rows: LogRow[] = await this.database.query(
      `select position, topic, key, payload, archived from bus.event_log
       where position > $1 and topic = any($2::text[]) order by position limit $3`,
      [position, TOPICS, most],
    );
    const events = rows.map((row) => ({ row, place: placeOf(row.payload) }));
    const siteIds = events.flatMap(({ place }) => (place.siteId === undefined ? [] : [place.siteId]));
    const communities = await this.directory.communitiesOfSites(siteIds);
    return events.map(({ row, place }) => {
      const communityId = place.communityId ?? communities.get(place.siteId ?? '')?.community.communityId;
      const { topic, key, payload } = row;
      const event = { topic, key, payload, position: Number(row.position), archivedMs: row.archived.getTime() };
      return communityId === undefined ? event : { ...event, communityId };
    });
  }
}

interface LogRow {
  position: string;
  topic: string;
  key: string;
  payload: string;
  archived: Date;
}
