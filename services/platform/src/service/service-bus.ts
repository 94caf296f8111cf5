import { Bus, type BatchHandler, type OutgoingRecord } from '../bus/bus.ts';
import type { Lifetime } from './lifetime.ts';

/** The bus inside one service: a killed service neither publishes nor consumes. */
export class ServiceBus extends Bus {
  readonly #groups = new Set<string>();

  constructor(
    private readonly bus: Bus,
    private readonly lifetime: Lifetime,
  ) {
    super();
    lifetime.onKill(() => {
      for (const group of this.#groups) void this.bus.unsubscribe(group);
    });
  }

  async publish(records: readonly OutgoingRecord[]): Promise<void> {
    this.lifetime.assertAlive();
    await this.lifetime.untilKilled(this.bus.publish(records));
  }

  async subscribe(group: string, topics: readonly string[], handle: BatchHandler): Promise<void> {
    this.lifetime.assertAlive();
    this.#groups.add(group);
    await this.bus.subscribe(group, topics, async (batch) => {
      this.lifetime.assertAlive();
      await this.lifetime.untilKilled(handle(batch));
    });
  }

  override async unsubscribe(group: string): Promise<void> {
    this.#groups.delete(group);
    await this.bus.unsubscribe(group);
  }

  start(): Promise<void> {
    return this.bus.start();
  }

  stop(): Promise<void> {
    return this.bus.stop();
  }

  override keepsEventLog(): boolean {
    return this.bus.keepsEventLog();
  }

  override isReady(): boolean {
    return this.lifetime.isAlive && this.bus.isReady();
  }

  override isLive(): boolean {
    return this.lifetime.isAlive && this.bus.isLive();
  }
}
