import { Bus, type BatchHandler, type OutgoingRecord } from '@wattmesh/platform';

/** A bus whose broker can be away: then nothing is published and nothing is delivered to whoever subscribes meanwhile. */
export class SwitchedBus extends Bus {
  private readonly waiting = new Map<string, () => Promise<void>>();
  private away = false;

  constructor(private readonly bus: Bus) {
    super();
  }

  get isAway(): boolean {
    return this.away;
  }

  leave(): void {
    this.away = true;
  }

  async comeBack(): Promise<void> {
    this.away = false;
    for (const subscribe of this.waiting.values()) await subscribe();
    this.waiting.clear();
  }

  async publish(records: readonly OutgoingRecord[]): Promise<void> {
    if (this.away) throw new Error('the broker is away');
    await this.bus.publish(records);
  }

  async subscribe(group: string, topics: readonly string[], handle: BatchHandler): Promise<void> {
    const subscribe = (): Promise<void> => this.bus.subscribe(group, topics, handle);
    if (this.away) this.waiting.set(group, subscribe);
    else await subscribe();
  }

  override async unsubscribe(group: string): Promise<void> {
    this.waiting.delete(group);
    await this.bus.unsubscribe(group);
  }

  start(): Promise<void> {
    return this.bus.start();
  }

  stop(): Promise<void> {
    return this.bus.stop();
  }
}
