import {
  BatchConfirmed,
  CommandIssued,
  CommandProgressed,
  CommunityConfigured,
  DeviceRegistered,
  ForecastPublished,
  IntervalCleared,
  IntervalMetered,
  IntervalSettled,
  MandateSigned,
  MemberRegistered,
  MeterEnrolled,
  OrderPlaced,
  ReadingTaken,
  ScheduleIssued,
  SiteConfigured,
  type EventDefinition,
  type PayloadOf,
} from '@wattmesh/events';
import type { LoggedEvent } from '@wattmesh/platform/database';

/** One event with its payload parsed, and the identity its producer gave it. */
export interface Dated<T> {
  readonly id: string;
  readonly position: number;
  /** Wall time at which the log took it. */
  readonly archivedMs: number;
  readonly timeMs: number;
  readonly sequence: number;
  readonly payload: T;
}

/** The log of one community, event by event in the order it was written. */
export class History {
  /** Events of each topic. */
  readonly byTopic: ReadonlyMap<string, readonly LoggedEvent[]>;
  readonly #parsed = new Map<string, Dated<unknown>[]>();
  /** Number of events. */
  readonly size: number;

  constructor(events: Iterable<LoggedEvent>) {
    const all = [...events];
    this.byTopic = Map.groupBy(all, ({ topic }) => topic);
    this.size = all.length;
  }

  /** Events of one kind. Throws where a payload does not fit its schema: the log itself is damaged then. */
  of<E extends EventDefinition>(event: E): Dated<PayloadOf<E>>[] {
    const known = this.#parsed.get(event.topic);
    if (known) return known as Dated<PayloadOf<E>>[];
    const parsed = (this.byTopic.get(event.topic) ?? []).map((logged) => ({
      id: logged.headers['ce_id'] ?? '',
      position: logged.position,
      archivedMs: logged.archivedMs,
      timeMs: Date.parse(logged.headers['ce_time'] ?? ''),
      sequence: Number(logged.headers['ce_sequence'] ?? Number.NaN),
      payload: event.schema.parse(JSON.parse(logged.value)) as PayloadOf<E>,
    }));
    this.#parsed.set(event.topic, parsed);
    return parsed;
  }

  /** The same log without what belongs to intervals from that instant on. */
  before(untilMs: number): History {
    const belongs = (value: string): boolean => {
      const { intervalStart } = JSON.parse(value) as { intervalStart?: string };
      return intervalStart === undefined || Date.parse(intervalStart) < untilMs;
    };
    return new History([...this.byTopic.values()].flat().filter(({ value }) => belongs(value)));
  }

  /** How many events were dead-lettered, by topic and consumer. */
  deadLetters(): { topic: string; count: number }[] {
    return [...this.byTopic]
      .filter(([topic]) => topic.endsWith('.dlq'))
      .map(([topic, events]) => ({ topic, count: events.length }));
  }

  get communities() {
    return this.of(CommunityConfigured);
  }
  get sites() {
    return this.of(SiteConfigured);
  }
  get devices() {
    return this.of(DeviceRegistered);
  }
  get members() {
    return this.of(MemberRegistered);
  }
  get meters() {
    return this.of(MeterEnrolled);
  }
  get meterings() {
    return this.of(IntervalMetered);
  }
  get readings() {
    return this.of(ReadingTaken);
  }
  get commands() {
    return this.of(CommandIssued);
  }
  get schedules() {
    return this.of(ScheduleIssued);
  }
  get progress() {
    return this.of(CommandProgressed);
  }
  get forecasts() {
    return this.of(ForecastPublished);
  }
  get mandates() {
    return this.of(MandateSigned);
  }
  get orders() {
    return this.of(OrderPlaced);
  }
  get cleared() {
    return this.of(IntervalCleared);
  }
  get settled() {
    return this.of(IntervalSettled);
  }
  get confirmed() {
    return this.of(BatchConfirmed);
  }
}
