import { CrashError, type Bus, type Effects, type Logger, type OutgoingRecord } from '@wattmesh/platform';
import type { Cancel, Clock } from '@wattmesh/platform/clock';
import { jitterOf } from '../site/advance-breaker.ts';
import type { LogStore } from './log.store.ts';

const BATCH = 256;
const MAX_FLIGHTS = 16;
const FIRST_WAIT_S = 1;
const MAX_WAIT_S = 60;

export interface RelayTools {
  bus: Bus;
  clock: Clock;
  effects: Effects;
  logger: Logger;
}

interface Flight {
  readonly through: number;
  outcome?: 'landed' | 'failed';
}

/**
 * Publishes a log's records oldest first and moves its cursor; while the broker is away they wait in the log.
 *
 * Several batches may be under way, so that one slow consumer holds nobody up; the cursor follows the oldest. After a failure the
 * flights under way are awaited, then everything behind the cursor is published again in order.
 */
export class OutboxRelay {
  private flights: Flight[] = [];
  private launchedThrough = -1;
  private isStopped = false;
  private failures = 0;
  private cancelRetry: Cancel | undefined;

  constructor(
    private readonly name: string,
    private readonly store: LogStore,
    private readonly tools: RelayTools,
  ) {}

  /** Publishes what waits; returns at once. */
  kick(): void {
    if (this.isStopped || this.cancelRetry !== undefined) return;
    while (this.flights.length < MAX_FLIGHTS && this.flights.every((flight) => flight.outcome !== 'failed')) {
      const batch = this.store.unpublished(BATCH, this.launchedThrough);
      const last = batch.at(-1);
      if (last === undefined) return;
      const flight: Flight = { through: last.position };
      this.flights.push(flight);
      this.launchedThrough = last.position;
      // Not tracked by the clock: a consumer that is away must not hold time up.
      void this.fly(
        flight,
        batch.map((stored) => stored.record),
      );
    }
  }

  stop(): void {
    this.isStopped = true;
    this.cancelRetry?.();
  }

  private async fly(flight: Flight, records: readonly OutgoingRecord[]): Promise<void> {
    const { bus, effects, logger } = this.tools;
    try {
      await effects.run('gateway.publish', () => bus.publish(records));
      flight.outcome = 'landed';
    } catch (error) {
      flight.outcome = 'failed';
      if (error instanceof CrashError) return;
      if (!this.isStopped)
        logger.warn({ records: records.length, error: String(error) }, 'broker away: records wait in the log');
    }
    if (!this.isStopped) this.land();
  }

  private land(): void {
    for (let first = this.flights[0]; first?.outcome === 'landed'; first = this.flights[0]) {
      this.store.acknowledge(first.through);
      this.flights.shift();
      this.failures = 0;
    }
    const hasFailed = this.flights.some((flight) => flight.outcome === 'failed');
    if (!hasFailed) this.kick();
    else if (this.flights.every((flight) => flight.outcome !== undefined)) this.retryLater();
  }

  private retryLater(): void {
    const { clock } = this.tools;
    this.flights = [];
    this.launchedThrough = -1;
    this.failures += 1;
    const waitS = clock.effectivePeriodS(Math.min(FIRST_WAIT_S * 2 ** (this.failures - 1), MAX_WAIT_S));
    const jitterS = (waitS * jitterOf(`${this.name}:${this.failures}`)) / 4;
    this.cancelRetry = clock.at(clock.now() + (waitS + jitterS) * 1000, `${this.name}.publish`, () => {
      this.cancelRetry = undefined;
      this.kick();
    });
  }
}
