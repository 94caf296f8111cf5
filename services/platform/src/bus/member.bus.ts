import { Bus, type BatchHandler, type BusRecord, type OutgoingRecord } from './bus.ts';
import { partitionOf } from './partition-of.ts';

/** Handlers of one group, by the number of the member that attached them. */
type Members = Map<number, Map<string, BatchHandler>>;

/**
 * A bus as one of several members of each group sees it: the records of a batch are shared out by key among the members
 * that are there, which handle their shares at the same time. For runs of several instances of a service in one process.
 */
export class MemberBus extends Bus {
  private constructor(
    private readonly bus: Bus,
    private readonly number: number,
    private readonly groups: Map<string, Members>,
  ) {
    super();
  }

  static around(bus: Bus, count: number): MemberBus[] {
    const groups = new Map<string, Members>();
    return Array.from({ length: count }, (_, number) => new MemberBus(bus, number, groups));
  }

  publish(records: readonly OutgoingRecord[]): Promise<void> {
    return this.bus.publish(records);
  }

  async subscribe(group: string, topics: readonly string[], handle: BatchHandler): Promise<void> {
    const members: Members = this.groups.get(group) ?? new Map<number, Map<string, BatchHandler>>();
    this.groups.set(group, members);
    const own = members.get(this.number) ?? new Map<string, BatchHandler>();
    members.set(this.number, own);
    for (const topic of topics) own.set(topic, handle);
    await this.bus.subscribe(group, topics, (batch) => shareOut(batch, members));
  }

  override async unsubscribe(group: string): Promise<void> {
    const members = this.groups.get(group);
    members?.delete(this.number);
    if (members?.size === 0) await this.bus.unsubscribe(group);
  }

  start(): Promise<void> {
    return this.bus.start();
  }

  stop(): Promise<void> {
    return this.bus.stop();
  }
}

/** A batch counts as handled when every member has handled its share; else all of it comes again. */
async function shareOut(batch: readonly BusRecord[], members: Members): Promise<void> {
  const topic = batch[0]?.topic ?? '';
  const handlers = [...members.values()].flatMap((own) => own.get(topic) ?? []);
  const shares = handlers.map((_, index) => batch.filter(({ key }) => partitionOf(key, handlers.length) === index));
  const handled = await Promise.allSettled(
    handlers.map((handle, index) => (shares[index]!.length > 0 ? handle(shares[index]!) : Promise.resolve())),
  );
  for (const outcome of handled) if (outcome.status === 'rejected') throw outcome.reason;
}
