import { CrashingEffects, seededRandom } from '@wattmesh/platform';
import { INTERVAL_MS } from '@wattmesh/platform/clock';
import { loadScenario } from '@wattmesh/simulator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { History } from '../audit/history.ts';
import { readHistory } from '../audit/read-history.ts';
import { settledSoFar } from '../run/settled-so-far.ts';
import { StepCommunity } from './step-community.ts';

const SEEDS = 100;
const INTERVAL_MINUTES = INTERVAL_MS / 60_000;
const PERIOD_INTERVALS = 4;
/** Simulated minutes after which a moment that never came is given up. */
const MOST_MINUTES = 20;

/** Counts the moments between effects; crashes at none of them. */
class CountingEffects extends CrashingEffects {
  constructor() {
    super(Number.POSITIVE_INFINITY);
  }
}

/** One community that dies again and again, each time at a moment drawn by the next seed, and comes back within a minute. */
class Survivor {
  /** Where the crashes struck: before or after which effect. */
  readonly struck: string[] = [];

  constructor(readonly run: StepCommunity) {}

  /** Lives with these effects until the crash strikes, or for long enough that it will not. */
  async liveUntilCrash(moment: number): Promise<void> {
    const effects = new CrashingEffects(moment);
    await this.revive(effects);
    for (let minute = 0; minute < MOST_MINUTES && effects.crashedAt === undefined; minute += 1) await this.run.run(1);
    if (effects.crashedAt !== undefined) this.struck.push(effects.crashedAt);
    await this.run.stack.kill();
  }

  /** Starts the services; they may die while they come up. */
  async revive(effects: CrashingEffects): Promise<void> {
    try {
      await this.run.startServices({ effects });
    } catch (error) {
      if (effects.crashedAt === undefined) throw error;
    }
  }
}

/** Meterings of each meter: every interval exactly once per run, and energies that telescope to the counters. */
function meteringFaults(history: History): string[] {
  const faults: string[] = [];
  const preliminary = history.meterings.filter(({ payload }) => payload.run === 'preliminary');
  for (const [meterId, own] of Map.groupBy(preliminary, ({ payload }) => payload.meterId)) {
    const intervals = new Map(own.map(({ payload }) => [payload.intervalStart, payload]));
    const ids = new Set(own.map(({ id }) => id));
    if (ids.size !== intervals.size) faults.push(`${meterId}: ${ids.size} events for ${intervals.size} intervals`);
    const ordered = [...intervals.values()].sort((a, b) => a.intervalStart.localeCompare(b.intervalStart));
    for (const [index, metering] of ordered.slice(1).entries()) {
      const before = ordered[index]!;
      if (Date.parse(metering.intervalStart) - Date.parse(before.intervalStart) !== INTERVAL_MS)
        faults.push(`${meterId}: nothing for the interval before ${metering.intervalStart}`);
      if (
        metering.counters.startImportWh !== before.counters.endImportWh ||
        metering.counters.startExportWh !== before.counters.endExportWh
      )
        faults.push(`${meterId}: ${metering.intervalStart} does not begin where the interval before ended`);
    }
  }
  return faults;
}

/** Stages of each command: none twice. */
function commandFaults(history: History): string[] {
  const seen = new Map<string, Set<string>>();
  for (const { id, payload } of history.progress) {
    const name = `${payload.commandId} ${payload.stage}`;
    seen.set(name, (seen.get(name) ?? new Set()).add(id));
  }
  return [...seen].filter(([, ids]) => ids.size > 1).map(([name, ids]) => `${name}: ${ids.size} times`);
}

describe('a community that crashes between any two effects', () => {
  let survivor: Survivor;
  let momentsPerInterval = 0;

  beforeAll(async () => {
    const run = await StepCommunity.start({ scenario: loadScenario('hamlet'), speed: 900 });
    survivor = new Survivor(run);
    await run.startServices();
    await run.enrol();
    await run.waitUntilReady();
    // A whole settlement period is counted, so that its final runs and lanes are among the moments.
    await run.stack.kill();
    const counting = new CountingEffects();
    await run.startServices({ effects: counting });
    await run.run(PERIOD_INTERVALS * INTERVAL_MINUTES + 6);
    momentsPerInterval = Math.ceil(counting.moments / PERIOD_INTERVALS);
    await run.stack.kill();
  }, 180_000);
  afterAll(() => survivor?.run.stop());

  it(`loses and doubles nothing over ${SEEDS} crashes, each at its seed's moment (M1 to M5, TRUST 2.1)`, async () => {
    const startMs = Date.parse(survivor.run.community.options.scenario.startsAt);
    for (let seed = 0; seed < SEEDS; seed += 1) {
      const moment = Math.floor(seededRandom(seed)() * momentsPerInterval);
      await survivor.liveUntilCrash(moment);
    }
    await survivor.run.startServices();
    await survivor.run.run(2 * PERIOD_INTERVALS * INTERVAL_MINUTES);
    const report = await survivor.run.report();
    const history = await readHistory(survivor.run.stack.eventLog);
    expect(survivor.struck.length).toBeGreaterThanOrEqual(SEEDS * 0.9);
    expect(new Set(survivor.struck.map((where) => where.replace(/^(before|after) /, ''))).size).toBeGreaterThan(8);
    expect(report.violations).toEqual([]);
    expect(report.deadLetters).toEqual([]);
    expect(meteringFaults(history)).toEqual([]);
    expect(commandFaults(history)).toEqual([]);
    const count = Math.floor((survivor.run.clock.now() - startMs) / INTERVAL_MS) - 1;
    const counted = { firstMs: startMs, count, periodStartMs: startMs, periodIntervals: PERIOD_INTERVALS };
    expect(settledSoFar(history, counted)).toEqual({ intervals: count, isOnChain: true });
    expect(report.settlement.executions).toBeGreaterThan(0);
  }, 1_000_000);
});
