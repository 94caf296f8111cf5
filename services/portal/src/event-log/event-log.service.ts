import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { EVENTS } from '@wattmesh/events';
import { Bus, Effects, ServiceContext } from '@wattmesh/platform';
import { EventLog } from '@wattmesh/platform/database';
import { EVENT_LOG_GROUP } from './event-log-group.ts';

/** Keeps the event log where the bus does not: every event of every topic, once, in the order of its key. */
@Injectable()
export class EventLogService implements OnApplicationBootstrap, OnApplicationShutdown {
  #log: EventLog | undefined;

  constructor(
    private readonly bus: Bus,
    private readonly effects: Effects,
    private readonly service: ServiceContext,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    if (this.bus.keepsEventLog() || this.service.databaseUrl === undefined) return;
    const log = await EventLog.open(this.service.databaseUrl);
    this.#log = log;
    await this.bus.subscribe(EVENT_LOG_GROUP, [...EVENTS.keys()], (batch) =>
      this.effects.run('portal.event-log.append', () => log.append(batch)),
    );
  }

  async onApplicationShutdown(): Promise<void> {
    await this.bus.unsubscribe(EVENT_LOG_GROUP);
    await this.#log?.close();
  }
}
