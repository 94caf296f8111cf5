import { CrashError, type Bus, type Effects, type Logger } from '@wattmesh/platform';
import type { Cancel, Clock } from '@wattmesh/platform/clock';
import { jitterOf } from '../site/advance-breaker.ts';
import type { Departure } from './departures.store.ts';
import type { LogStore } from './log.store.ts';

const BATCH = 256;
const MAX_FLIGHTS = 16;
/** Wall times: how soon a broker that is back is noticed has nothing to do with the speed of the simulation. */
const FIRST_WAIT_WALL_S = 1;
const MAX_WAIT_WALL_S = 4;

export interface RelayTools {
  bus: Bus;
  clock: Clock;
  effects: Effects;
  logger: Logger;
}

interface Flight {
  readonly departure: Departure;
  outcome?: 'landed' | 'failed';
}

/**
 * Publishes a log's records oldest first and moves its cursor; while the broker is away they wait in the log.
 *
 * Several batches may be under way, so that one slow consumer holds nobody up; the cursor follows the oldest. After a failure the
 * flights under way are awaited, then one alone tries everything behind the cursor again, in order, until it lands.
 */
export class OutboxRelay {
  private flights: Flight[] = [];
  private isLaunching = false;
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
    if (this.isLaunching || this.isStopped || this.cancelRetry !== undefined) return;
    const maxFlights = this.failures === 0 ? MAX_FLIGHTS : 1;
    if (this.flights.length >= maxFlights || this.flights.some(({ outcome }) => outcome === 'failed')) return;
    const departure = this.nextDeparture();
    if (departure === undefined) return;
    const flight: Flight = { departure };
    this.flights.push(flight);
    // Not tracked by the clock: a consumer that is away must not hold time up.
    void this.fly(flight);
    if (departure.records.length === BATCH) this.kickNextTurn();
  }

  stop(): void {
    this.isStopped = true;
    this.cancelRetry?.();
  }

  /** A long backlog leaves turn by turn: control goes on in between. */
  private kickNextTurn(): void {
    this.isLaunching = true;
    const turn = new Promise<void>((resolve) => setImmediate(resolve)).then(() => {
      this.isLaunching = false;
      this.kick();
    });
    void this.tools.clock.track(turn);
  }

  private nextDeparture(): Departure | undefined {
    try {
      return this.store.depart(BATCH);
    } catch (error) {
      this.note(error);
      if (this.flights.length === 0) this.retryLater();
      return undefined;
    }
  }

  private async fly(flight: Flight): Promise<void> {
    const { bus, effects } = this.tools;
    try {
      await effects.run('gateway.publish', () => bus.publish(flight.departure.records));
      flight.outcome = 'landed';
    } catch (error) {
      flight.outcome = 'failed';
      if (error instanceof CrashError) return;
      if (!this.isStopped) this.note(error);
    }
    if (!this.isStopped) this.land();
  }

  private land(): void {
    for (let first = this.flights[0]; first?.outcome === 'landed'; first = this.flights[0]) {
      this.store.acknowledge(first.departure);
      this.flights.shift();
      if (this.failures > 0)
        this.tools.logger.info({ records: this.store.rows }, 'broker is back: the log is forwarded');
      this.failures = 0;
    }
    const hasFailed = this.flights.some(({ outcome }) => outcome === 'failed');
    if (!hasFailed) this.kick();
    else if (this.flights.every(({ outcome }) => outcome !== undefined)) this.retryLater();
  }

  /** Says once that nothing leaves. */
  private note(error: unknown): void {
    if (this.failures > 0) return;
    this.failures = 1;
    this.tools.logger.warn({ records: this.store.rows, error: String(error) }, 'broker away: records wait in the log');
  }

  private retryLater(): void {
    const { clock } = this.tools;
    this.flights = [];
    this.store.recall();
    const longestS = Math.min(FIRST_WAIT_WALL_S * 2 ** (this.failures - 1), MAX_WAIT_WALL_S);
    const waitS = (longestS * (1 + jitterOf(`${this.name}:${this.failures}`))) / 2;
    this.failures += 1;
    this.cancelRetry = clock.at(clock.now() + waitS * 1000 * clock.pace, `${this.name}.publish`, () => {
      this.cancelRetry = undefined;
      this.kick();
    });
  }
}
