import type { BusRecord } from '../bus/bus.ts';
import type { ApplyOutcome, DeadLetter } from './consumer-store.ts';
import type { SequenceBreak } from './sequence-ledger.ts';
import type { Distribution } from '../service/metrics.ts';
import type { ServiceContext } from '../service/runtime.ts';

const PARKED = 'event dead-lettered and its key parked: mend the cause, then release the key';
const REFUSED = 'event dead-lettered, its key goes on: look for who sent it';
const BREAKS = {
  gap: 'events of this key are missing: look at what the broker dropped, or its producer lost',
  disorder: 'event came behind a later one of its key: look for a second producer, or one that began anew',
};
const LINES_PER_BATCH = 10;

/** Counts what one topic's consumer did, and logs what somebody must look at. */
export class ConsumerMeter {
  readonly #lag: Distribution;

  constructor(
    private readonly service: ServiceContext,
    private readonly topic: string,
  ) {
    const help = 'Simulated milliseconds from an event to the commit of what it caused';
    const lag = service.metrics.histogram('wattmesh_event_lag_ms', help, { labels: ['topic'] });
    this.#lag = lag;
    service.metrics.gauge('wattmesh_event_lag_p99_ms', '99th percentile of wattmesh_event_lag_ms, all topics', {
      collect: () => lag.snapshot().p99,
    });
    // A counter that is there and zero says more than one that is missing.
    for (const name of Object.keys(COUNTERS) as Counted[]) this.#count(name, 0);
  }

  applied({ applied, stale, breaks }: ApplyOutcome): void {
    const nowMs = this.service.clock.now();
    for (const { record } of applied) if (record.isReplayed !== true) this.#observeLag(record, nowMs);
    this.#count('wattmesh_events_consumed_total', applied.length);
    this.#count('wattmesh_stale_events_total', stale.length);
    this.#broken(breaks);
  }

  buried(letters: readonly DeadLetter[], breaks: readonly SequenceBreak[]): void {
    const counter = this.service.metrics.counter('wattmesh_dead_letters_total', 'Events given up', ['topic', 'code']);
    for (const { record, code, reason, attempts, parksKey } of letters) {
      counter.inc({ topic: record.topic, code });
      const fields = { topic: record.topic, key: record.key, eventId: record.headers['ce_id'], code, reason, attempts };
      this.service.logger.error(fields, parksKey ? PARKED : REFUSED);
    }
    this.#broken(breaks);
  }

  #broken(breaks: readonly SequenceBreak[]): void {
    for (const { kind } of breaks) {
      this.#count(kind === 'gap' ? 'wattmesh_sequence_gaps_total' : 'wattmesh_sequence_disorders_total', 1);
    }
    for (const { kind, ...fields } of breaks.slice(0, LINES_PER_BATCH)) {
      this.service.logger.error(fields, BREAKS[kind]);
    }
    const more = breaks.length - LINES_PER_BATCH;
    if (more > 0) this.service.logger.error({ topic: this.topic, more }, 'more breaks of the numbering in this batch');
  }

  #count(name: Counted, amount: number): void {
    this.service.metrics.counter(name, COUNTERS[name], ['topic']).inc({ topic: this.topic }, amount);
  }

  #observeLag(record: BusRecord, nowMs: number): void {
    const eventMs = Date.parse(record.headers['ce_time'] ?? '');
    if (!Number.isNaN(eventMs)) this.#lag.observe({ topic: record.topic }, Math.max(0, nowMs - eventMs));
  }
}

const COUNTERS = {
  wattmesh_events_consumed_total: 'Events applied',
  wattmesh_stale_events_total: 'Events of compacted topics left alone because a newer one of their key was applied',
  wattmesh_sequence_gaps_total: 'Times that numbers of a key were left out in a topic kept in full',
  wattmesh_sequence_disorders_total: 'Events that came behind a later one of their key',
} as const;

type Counted = keyof typeof COUNTERS;
