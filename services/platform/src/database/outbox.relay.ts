import { Inject, Injectable } from '@nestjs/common';
import { EVENTS } from '@wattmesh/events';
import type { OutgoingRecord } from '../bus/bus.ts';
import { chooseFlights, flightKeyOf, type OutboxRow } from './choose-flights.ts';
import { DATABASE_OPTIONS } from './database-options.ts';
import type { DatabaseOptions } from './data-source.ts';
import { Leadership } from './leadership.service.ts';
import { CrashError } from '../service/effects.ts';
import { EventProducer } from '../service/event-producer.ts';
import { ServiceContext } from '../service/runtime.ts';

interface Row extends OutboxRow {
  headers: Record<string, string>;
  payload: string;
}

/** Sorts before every loop of a service, behind the bus. */
const TIMER = '!relay';
const SELECT_LIMIT = 1000;
const MAX_FLIGHTS = 32;
const RETRY_WALL_MS = 250;

/**
 * Brings the outbox to the bus, each row until the bus has it for good: publish, then delete. One relay per schema works:
 * the leader's, which reads and deletes through the connection that holds its lease.
 */
@Injectable()
export class OutboxRelay extends EventProducer {
  readonly #inFlight = new Map<string, Row>();
  readonly #keysInFlight = new Set<string>();
  #flights = 0;
  #isStarted = false;
  #isPumping = false;
  #isKicked = false;
  #isPumpWanted = false;
  #retryTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly service: ServiceContext,
    private readonly leadership: Leadership,
    @Inject(DATABASE_OPTIONS) private readonly options: DatabaseOptions,
  ) {
    super();
    leadership.onGained(() => this.kick());
    leadership.onTold(() => this.kick());
    service.lifetime.onKill(() => clearTimeout(this.#retryTimer));
  }

  /** Schema whose outbox it relays: the name in front of its effects. */
  get schema(): string {
    return this.options.schema;
  }

  /** Begins with what an earlier life left behind. */
  async start(): Promise<void> {
    this.#isStarted = true;
    await this.leadership.start();
  }

  async stop(): Promise<void> {
    this.#isStarted = false;
    clearTimeout(this.#retryTimer);
    await this.leadership.stop();
  }

  /** There may be new rows, for the leader to relay. On the step clock all that was committed by a quiet moment leaves together. */
  kick(): void {
    this.leadership.tell();
    if (this.#isKicked) return;
    this.#isKicked = true;
    this.service.clock.soon(TIMER, () => this.#pump());
  }

  async #pump(): Promise<void> {
    this.#isKicked = false;
    if (!this.#isStarted || !this.leadership.isLeading || this.#flights >= MAX_FLIGHTS) return;
    if (this.#isPumping) {
      this.#isPumpWanted = true;
      return;
    }
    this.#isPumping = true;
    try {
      await this.#launch();
    } catch (error) {
      this.#retryLater(error);
    } finally {
      this.#isPumping = false;
      if (this.#isPumpWanted) this.kick();
      this.#isPumpWanted = false;
    }
  }

  async #launch(): Promise<void> {
    const rows = await this.leadership.query<Row>(
      `select id, topic, key, headers, payload from ${this.options.schema}.outbox
       where id <> all($1::bigint[]) order by id limit ${SELECT_LIMIT}`,
      [[...this.#inFlight.keys()]],
    );
    const isCompacted = (topic: string): boolean => EVENTS.get(topic)?.compacted ?? false;
    const flights = chooseFlights(rows, { keysInFlight: this.#keysInFlight, isCompacted });
    for (const flight of flights.values()) void this.#fly(flight);
  }

  async #fly(rows: readonly Row[]): Promise<void> {
    this.#flights += 1;
    for (const row of rows) {
      this.#inFlight.set(row.id, row);
      this.#keysInFlight.add(flightKeyOf(row));
    }
    try {
      await this.#bring(rows);
      this.#land(rows);
      this.kick();
    } catch (error) {
      this.#land(rows);
      this.#retryLater(error);
    }
  }

  async #bring(rows: readonly Row[]): Promise<void> {
    const { bus, clock, effects } = this.service;
    const { schema } = this.options;
    // Not tracked: a consumer that is away must not hold the clock; the bus tracks what it delivers.
    await effects.run(`${schema}.relay.publish`, () => bus.publish(rows.map(recordOf)));
    const ids = rows.map((row) => row.id);
    const remove = (): Promise<unknown> =>
      this.leadership.query(`delete from ${schema}.outbox where id = any($1::bigint[])`, [ids]);
    await clock.track(effects.run(`${schema}.relay.delete`, remove));
  }

  #land(rows: readonly Row[]): void {
    this.#flights -= 1;
    for (const row of rows) {
      this.#inFlight.delete(row.id);
      this.#keysInFlight.delete(flightKeyOf(row));
    }
  }

  #retryLater(error: unknown): void {
    if (error instanceof CrashError || !this.#isStarted || !this.service.lifetime.isAlive) return;
    this.service.logger.warn({ err: error }, 'the outbox could not be relayed: trying again');
    clearTimeout(this.#retryTimer);
    this.#retryTimer = setTimeout(() => this.kick(), RETRY_WALL_MS);
  }
}

function recordOf(row: Row): OutgoingRecord {
  return { topic: row.topic, key: row.key, value: row.payload, headers: row.headers };
}
