import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Bus, CrashError, Effects, Logger, RealEffects, type OutgoingRecord } from '@wattmesh/platform';
import { StepClock } from '@wattmesh/platform/clock';
import { LogStore } from './log.store.ts';
import { MemoryDisk } from './testing/memory-disk.ts';
import { OutboxRelay } from './outbox.relay.ts';
import { ListeningLogger } from '../testing/listening-logger.ts';

const logger = new Logger({ service: 'gateway', level: 'silent' });
const record = (index: number): OutgoingRecord => ({
  topic: 'gateway.reading-taken.v1',
  key: 'k',
  value: `${index}`,
  headers: { ce_id: `id-${index}` },
});

class RecordingBus extends Bus {
  readonly published: string[] = [];
  isAway = false;
  attempts = 0;
  /** What passes before the answer. */
  pause = (): Promise<void> => Promise.resolve();

  async publish(records: readonly OutgoingRecord[]): Promise<void> {
    this.attempts += 1;
    if (this.isAway) await this.pause();
    if (this.isAway) throw new Error('broker away');
    this.published.push(...records.map(({ headers }) => headers['ce_id'] ?? ''));
  }
  async subscribe(): Promise<void> {}
  async start(): Promise<void> {}
  async stop(): Promise<void> {}
}

/** Dies before or after the n-th effect, and refuses everything after it. */
class DyingEffects extends Effects {
  private count = 0;
  private isDead = false;

  constructor(
    private readonly diesAt: number,
    private readonly isBefore: boolean,
  ) {
    super();
  }

  async run<T>(name: string, effect: () => Promise<T>): Promise<T> {
    if (this.isDead) throw new CrashError(`dead before ${name}`);
    const isLast = this.count++ === this.diesAt;
    this.isDead = isLast;
    if (isLast && this.isBefore) throw new CrashError(`died before ${name}`);
    const outcome = await effect();
    if (isLast) throw new CrashError(`died after ${name}`);
    return outcome;
  }
}

let folder: string;
let clock: StepClock;
const stores: LogStore[] = [];

function open(effects: Effects): LogStore {
  const store = new LogStore({ folder, effects });
  stores.push(store);
  return store;
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'wattmesh-relay-'));
  clock = new StepClock({ simMs: 0, speed: 1 });
});
afterEach(async () => {
  clock.stop();
  for (const store of stores.splice(0)) await store.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('store and forward', () => {
  it('publishes oldest first and moves the cursor', async () => {
    const effects = new RealEffects();
    const [bus, store] = [new RecordingBus(), open(effects)];
    await store.append({ out: Array.from({ length: 600 }, (_, index) => record(index)) });
    new OutboxRelay('home-1', store, { bus, clock, effects, logger }).kick();
    await clock.settled();
    expect(bus.published).toEqual(Array.from({ length: 600 }, (_, index) => `id-${index}`));
    expect(store.unpublished(1)).toEqual([]);
  });

  it('keeps records while the broker is away for an hour and forwards them in order', async () => {
    const effects = new RealEffects();
    const [bus, store] = [new RecordingBus(), open(effects)];
    const relay = new OutboxRelay('home-1', store, { bus, clock, effects, logger });
    bus.isAway = true;
    for (let minute = 0; minute < 60; minute += 1) {
      await store.append({ out: [record(minute)] });
      relay.kick();
      await clock.runUntil((minute + 1) * 60_000);
    }
    expect(bus.published).toEqual([]);
    bus.isAway = false;
    await clock.runUntil(65 * 60_000);
    expect(bus.published).toEqual(Array.from({ length: 60 }, (_, index) => `id-${index}`));
  });

  it.each([1, 60])(
    'at speed %i notices within five wall seconds that the broker is back, asking it seldom',
    async (speed) => {
      const effects = new RealEffects();
      const [bus, store] = [new RecordingBus(), open(effects)];
      const ofSpeed = new StepClock({ simMs: 0, speed });
      const listening = new ListeningLogger();
      for (let batch = 0; batch < 20; batch += 1)
        await store.append({ out: Array.from({ length: 256 }, (_, index) => record(batch * 256 + index)) });
      const relay = new OutboxRelay('home-1', store, { bus, clock: ofSpeed, effects, logger: listening });
      bus.isAway = true;
      bus.pause = () => new Promise((resolve) => ofSpeed.at(ofSpeed.now() + 500 * speed, 'no answer', resolve));
      const wallMs = (wallS: number): number => wallS * 1000 * speed;
      for (let wallS = 0; wallS < 3_600; wallS += 5) {
        relay.kick();
        await ofSpeed.runUntil(wallMs(wallS));
      }
      // One alone asks, every few seconds; what an hour brings is no flood, and said once.
      expect(bus.attempts).toBeLessThan(1_900);
      bus.isAway = false;
      await ofSpeed.runUntil(wallMs(3_605));
      expect(bus.published).toEqual(Array.from({ length: 5_120 }, (_, index) => `id-${index}`));
      expect(listening.lines.map((line) => line.split(':')[0])).toEqual(['warn broker away', 'info broker is back']);
      ofSpeed.stop();
    },
  );

  it('forwards a long backlog turn by turn, so that control comes in between', async () => {
    const effects = new RealEffects();
    const [bus, store] = [new RecordingBus(), open(effects)];
    for (let batch = 0; batch < 40; batch += 1)
      await store.append({ out: Array.from({ length: 256 }, (_, index) => record(batch * 256 + index)) });
    let [isWatching, most] = [true, 0];
    const watch = (before: number): void => {
      most = Math.max(most, bus.attempts - before);
      const now = bus.attempts;
      if (isWatching) setImmediate(() => watch(now));
    };
    setImmediate(() => watch(0));
    new OutboxRelay('home-1', store, { bus, clock, effects, logger }).kick();
    await clock.settled();
    isWatching = false;
    expect(bus.published).toHaveLength(10_240);
    expect(most).toBeLessThanOrEqual(2);
  });

  it('waits where the disk does not take how far records may have left, and goes on when it does', async () => {
    const effects = new RealEffects();
    const disk = new MemoryDisk();
    const [bus, store] = [new RecordingBus(), new LogStore({ folder: '/store', effects, disk })];
    await store.append({ out: [record(0)] });
    disk.faultOf = () => 'refused';
    new OutboxRelay('home-1', store, { bus, clock, effects, logger }).kick();
    await clock.runUntil(10_000);
    expect(bus.published).toEqual([]);
    disk.faultOf = () => undefined;
    await clock.runUntil(15_000);
    expect(bus.published).toEqual(['id-0']);
  });

  it.each([true, false])('loses and doubles nothing when it dies at any effect (before it: %s)', async (isBefore) => {
    for (let diesAt = 0; diesAt < 12; diesAt += 1) {
      rmSync(folder, { recursive: true, force: true });
      const bus = new RecordingBus();
      const kept = await produce(bus, new DyingEffects(diesAt, isBefore), 0).catch(() => undefined);
      // A new process on the same folder makes again what was not kept, as the gateway does from its devices.
      if (kept === undefined) await produce(bus, new RealEffects(), Number(open(new RealEffects()).get('made') ?? 0));
      const ids = [...new Set(bus.published)];
      expect(ids).toEqual(Array.from({ length: 5 }, (_, index) => `id-${index}`));
    }
  });
});

/** Makes five records, each kept together with the count, and publishes as it goes. */
async function produce(bus: Bus, effects: Effects, from: number): Promise<true> {
  const store = open(effects);
  const relay = new OutboxRelay('home-1', store, { bus, clock, effects, logger });
  for (let index = from; index < 5; index += 1) {
    await store.append({ set: { made: index + 1 }, out: [record(index)] });
    relay.kick();
    await clock.settled();
  }
  relay.kick();
  await clock.settled();
  relay.stop();
  if (store.unpublished(1).length > 0) throw new CrashError('died while publishing');
  return true;
}
