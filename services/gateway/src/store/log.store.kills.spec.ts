import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RealEffects, seededRandom, type OutgoingRecord } from '@wattmesh/platform';
import type { Departure } from './departures.store.ts';
import { LogStore } from './log.store.ts';
import { MemoryDisk, type Fault } from './testing/memory-disk.ts';

const READING = 'gateway.reading-taken.v1';
const METERING = 'gateway.interval-metered.v1';
const FOLDER = '/store';
const STRIDE = 4;
const DEVICES = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];

interface Plan {
  seed: number;
  /** Length of the log: a small one sheds. */
  limitBytes: number;
  /** Every so many changes of the disk, one goes wrong. */
  faultEvery: number;
  end: 'killed' | 'power lost';
  /** Or: only this change of the disk is the death, and the least that a disk may keep is kept. */
  diesAt?: number;
}

/** What a broker has seen, in its order. */
interface Seen {
  readonly line: string;
  readonly id: string;
  readonly sequence: number;
}

/** A gateway that appends and publishes while its disk fails, its broker comes and goes, and it dies again and again. */
class Life {
  readonly seen: Seen[] = [];
  readonly kept = new Set<string>();
  readonly tried = new Set<string>();
  shed = 0;
  rowsLeft = Number.NaN;
  areValuesKept = true;
  private readonly disk = new MemoryDisk();
  private readonly random: () => number;
  private store: LogStore;
  private departed: Departure[] = [];
  private made = 0;
  private newestKept = 0;
  /** While nothing is launched the log fills, and sheds. */
  private isAway = false;

  constructor(private readonly plan: Plan) {
    this.random = seededRandom(plan.seed);
    this.store = this.open();
  }

  async run(steps: number): Promise<void> {
    this.disk.faultOf = (change) => this.fault(change);
    for (let step = 0; step < steps; step += 1) {
      await this.step();
      if (this.disk.isDead) this.rise();
    }
    this.disk.faultOf = () => undefined;
    this.rise();
    // A long time without a broker: everything sheds that may.
    for (let more = 0; more < 60; more += 1) await this.append();
    this.store.recall();
    for (let next = this.store.depart(70); next !== undefined; next = this.store.depart(70)) {
      this.deliver(next);
      this.store.acknowledge(next);
    }
    this.rowsLeft = this.store.rows;
  }

  private fault(change: number): Fault | undefined {
    if (this.plan.diesAt !== undefined) return change === this.plan.diesAt ? 'death' : undefined;
    if (this.random() > 1 / this.plan.faultEvery) return undefined;
    return (['refused', 'torn', 'death'] as const)[Math.floor(this.random() * 3)];
  }

  private async step(): Promise<void> {
    const dice = this.random();
    if (dice < 0.02 && this.plan.diesAt === undefined) this.disk.isDead = true;
    else if (dice < 0.4) await this.append();
    else if (dice < 0.55) {
      // A departure in the middle of two appends.
      const appended = [this.append(), this.append()];
      this.depart();
      this.land();
      await Promise.all(appended);
    } else if (dice < 0.65 && !this.isAway) this.depart();
    else if (dice < 0.8) this.land();
    else if (dice < 0.83) this.isAway = !this.isAway;
    else {
      this.departed = [];
      this.store.recall();
    }
  }

  /** Some polls bring a metering, some only values that nobody waits for. */
  private async append(): Promise<void> {
    this.made += 1;
    const isMetered = this.made % 5 === 0;
    const made = this.made;
    const out = made % 3 === 0 ? [] : DEVICES.map((device) => record(READING, device, this.made));
    if (isMetered) out.push(record(METERING, 'a', this.made));
    for (const { headers } of out) this.tried.add(headers['ce_id'] ?? '');
    try {
      const padding = 'x'.repeat(out.length === 0 ? 700 : 0);
      await this.store.append({ set: { made, padding }, out, isUrgent: out.length > 0 });
    } catch {
      return;
    }
    if (out.length > 0) this.newestKept = Math.max(made, this.newestKept);
    for (const { headers } of out) this.kept.add(headers['ce_id'] ?? '');
  }

  private depart(): void {
    try {
      const departure = this.store.depart(1 + Math.floor(this.random() * 40));
      if (departure !== undefined) this.departed.push(departure);
    } catch {
      return;
    }
  }

  /** The oldest departure arrives; whether the gateway learns of it is another matter. */
  private land(): void {
    const [first] = this.departed;
    if (first === undefined) return;
    this.deliver(first);
    if (this.random() < 0.3) return;
    this.departed.shift();
    this.store.acknowledge(first);
  }

  private deliver({ records }: Departure): void {
    for (const { topic, key, headers } of records)
      this.seen.push({ line: `${topic}/${key}`, id: headers['ce_id'] ?? '', sequence: Number(headers['ce_sequence']) });
  }

  private rise(): void {
    this.departed = [];
    do {
      this.shed += this.store.shedCount;
      if (this.plan.end === 'killed') this.disk.restart();
      else this.disk.losePower(this.plan.diesAt === undefined ? this.random : () => 0);
      this.store = this.open();
    } while (this.disk.isDead);
    this.areValuesKept &&= Number(this.store.get('made') ?? 0) >= this.newestKept;
  }

  private open(): LogStore {
    const { limitBytes } = this.plan;
    const isSheddable = (topic: string): boolean => topic === READING;
    const options = { folder: FOLDER, effects: new RealEffects(), disk: this.disk, segmentBytes: 6_000 };
    return new LogStore({ ...options, limitBytes, isSheddable });
  }
}

function record(topic: string, key: string, index: number): OutgoingRecord {
  return { topic, key, value: JSON.stringify({ index }), headers: { ce_id: `${topic}/${key}/${index}` } };
}

/** Asserts what every consumer relies on. */
function judge(life: Life, plan: Plan): void {
  expect([life.rowsLeft, life.areValuesKept]).toEqual([0, true]);
  const ids = new Set(life.seen.map(({ id }) => id));
  for (const [line, seen] of Map.groupBy(life.seen, (one) => one.line)) {
    const idOf = new Map<number, string>();
    const order: number[] = [];
    for (const { sequence, id } of seen) {
      expect(idOf.get(sequence) ?? id, `${line} ${sequence}`).toBe(id);
      if (!idOf.has(sequence)) order.push(sequence);
      idOf.set(sequence, id);
    }
    expect(order, line).toEqual(Array.from({ length: order.length }, (_, index) => index + 1));
    expect(new Set(idOf.values()).size, line).toBe(idOf.size);
  }
  for (const id of ids) expect(life.tried.has(id)).toBe(true);
  const isShedding = plan.limitBytes < 1e6;
  for (const id of life.kept) if (!isShedding || id.startsWith(METERING)) expect(ids.has(id), id).toBe(true);
}

const plans = fc.record({
  seed: fc.integer({ min: 1, max: 1e9 }),
  limitBytes: fc.constantFrom(120_000, 1e7),
  faultEvery: fc.constantFrom(8, 40, 200),
  end: fc.constantFrom('killed' as const, 'power lost' as const),
});

describe('what leaves a log', () => {
  it('is numbered without gaps, each event once, however often the process dies and whatever is shed', async () => {
    let shed = 0;
    await fc.assert(
      fc.asyncProperty(plans, async (plan) => {
        const life = new Life(plan);
        await life.run(400);
        judge(life, plan);
        shed += life.shed;
      }),
      { numRuns: 40, seed: 7 },
    );
    expect(shed).toBeGreaterThan(1_000);
  });

  it('is so wherever the power goes, though the disk keeps no more than it has to', async () => {
    for (let diesAt = 1; diesAt < 400; diesAt += STRIDE) {
      const plan = { seed: diesAt, limitBytes: 60_000, faultEvery: 1, end: 'power lost' as const, diesAt };
      const life = new Life(plan);
      await life.run(100);
      judge(life, plan);
    }
  });
});
