import { INTERVAL_MS } from '@wattmesh/platform/clock';
import { loadScenario, type Scenario } from '@wattmesh/simulator';
import { beforeAll, describe, expect, it } from 'vitest';
import type { History } from '../audit/history.ts';
import { uniqueMeterings, type Report } from '../report/build-report.ts';
import { readHistory } from '../audit/read-history.ts';
import { StepCommunity } from './step-community.ts';

const INTERVALS = 6;
const ROLES = ['revenue', 'load', 'generation', 'storage', 'head'];
/** A device that does not answer within this wall time is silent. */
const SILENT_MS = 300;
const MINUTE_MS = 60_000;
const START_MS = Date.parse('2017-07-17T16:00:00Z');
const at = (minute: number): string => new Date(START_MS + minute * MINUTE_MS).toISOString();

/** Each kind of fault on a device of its own. Minute 0 begins the first interval. */
const FAULTS: Scenario['faults'] = [
  { kind: 'offline', deviceId: 'home-3-meter', fromAt: at(20), untilAt: at(37) },
  { kind: 'frozen', deviceId: 'home-2-meter', fromAt: at(20), untilAt: at(52) },
  { kind: 'counterReset', deviceId: 'home-1-meter', at: at(37) },
  { kind: 'ctError', deviceId: 'home-1-load', errorPct: 10, fromAt: at(15), untilAt: at(75) },
];
const FAULTY = new Set(FAULTS.map(({ deviceId }) => deviceId));

interface True {
  readonly importWh: number;
  readonly exportWh: number;
}

describe('faults of devices (C5, C8, C14)', () => {
  let history: History;
  let report: Report;
  /** True counters of each device at each boundary. */
  const truth = new Map<string, True[]>();

  beforeAll(async () => {
    const scenario = { ...loadScenario('hamlet'), faults: FAULTS };
    const run = await StepCommunity.start({ scenario, modbusTimeoutMs: SILENT_MS });
    try {
      await run.startServices();
      await run.enrol();
      await run.waitUntilReady();
      for (let boundary = 0; boundary <= INTERVALS; boundary += 1) {
        await run.run((START_MS + boundary * INTERVAL_MS - run.clock.now()) / MINUTE_MS);
        run.community.world.advanceTo(run.clock.now());
        for (const { deviceId } of scenario.devices) {
          const { importWh, exportWh } = run.community.world.meterCounters(deviceId);
          truth.set(deviceId, [...(truth.get(deviceId) ?? []), { importWh, exportWh }]);
        }
      }
      await run.run(8);
      report = await run.report();
      history = await readHistory(run.stack.eventLog);
    } finally {
      await run.stop();
    }
  }, 120_000);

  /** Newest metering of each interval beside the truth, by the number of the interval. */
  function meteredOf(meterId: string) {
    const counters = truth.get(meterId) ?? [];
    return ROLES.flatMap((role) => uniqueMeterings(history, role))
      .filter(({ payload }) => payload.meterId === meterId)
      .map(({ payload, timeMs }) => {
        const interval = (Date.parse(payload.intervalStart) - START_MS) / INTERVAL_MS;
        const [start, end] = [counters[interval], counters[interval + 1]];
        const netWh = payload.importWh - payload.exportWh;
        const trueWh = start && end ? end.importWh - start.importWh - (end.exportWh - start.exportWh) : Number.NaN;
        return { ...payload, interval, netWh, trueWh, errorWh: netWh - trueWh, timeMs };
      })
      .filter(({ interval }) => interval < INTERVALS)
      .sort((a, b) => a.interval - b.interval);
  }

  it('leave every other meter exact and on time', () => {
    const others = [...truth.keys()].filter((deviceId) => !FAULTY.has(deviceId));
    for (const metered of others.map(meteredOf)) {
      expect(metered).toHaveLength(INTERVALS);
      for (const { quality, run, errorWh, interval, timeMs } of metered) {
        expect([quality, run]).toEqual(['measured', 'preliminary']);
        expect(Math.abs(errorWh)).toBeLessThanOrEqual(2);
        expect(timeMs).toBeLessThan(START_MS + (interval + 1) * INTERVAL_MS + 2 * MINUTE_MS);
      }
    }
  });

  it('lead to intervals that are said to be estimated, come late, and telescope to the true counters', () => {
    const runs = (meterId: string) => meteredOf(meterId).map(({ quality, run }) => `${run} ${quality}`);
    const [exact, guessed, late] = ['preliminary measured', 'preliminary estimated', 'correction-1 estimated'];
    expect(runs('home-3-meter')).toEqual([exact, late, guessed, exact, exact, exact]);
    expect(runs('home-2-meter')).toEqual([exact, late, late, guessed, exact, exact]);
    for (const metered of ['home-2-meter', 'home-3-meter'].map(meteredOf)) {
      for (const { errorWh, trueWh } of metered)
        expect(Math.abs(errorWh)).toBeLessThanOrEqual(0.05 * Math.abs(trueWh) + 2);
      expect(Math.abs(metered.reduce((sum, { errorWh }) => sum + errorWh, 0))).toBeLessThanOrEqual(2);
    }
  });

  it('cost no more than the poll in which a counter was reset, in an interval that says so', () => {
    const metered = meteredOf('home-1-meter');
    expect(metered.map(({ quality }) => quality === 'estimated')).toEqual([false, false, true, false, false, false]);
    for (const { errorWh, quality } of metered)
      expect(Math.abs(errorWh)).toBeLessThanOrEqual(quality === 'estimated' ? 25 : 2);
  });

  it('falsify a meter by the error of its transformers and no more', () => {
    for (const { errorWh, trueWh } of meteredOf('home-1-load'))
      expect(Math.abs(errorWh)).toBeLessThanOrEqual(0.1 * Math.abs(trueWh) + 1);
  });

  it('are cleared with substitutes first and with the true energy later, and nobody waits', () => {
    const substitutedIn = (runs: readonly string[]): string[][] => {
      const cleared = history.cleared.filter(({ payload }) => runs.includes(payload.run)).slice(0, 4);
      return cleared.map(({ payload }) =>
        payload.inputs.meterings.filter((used) => used.isSubstituted).map((used) => used.meterId),
      );
    };
    expect(substitutedIn(['preliminary'])).toEqual([[], ['home-2-meter', 'home-3-meter'], ['home-2-meter'], []]);
    expect(substitutedIn(['final'])).toEqual([[], [], [], []]);
    for (const { payload, timeMs } of history.cleared.filter((each) => each.payload.run === 'preliminary'))
      expect(timeMs - Date.parse(payload.intervalStart) - INTERVAL_MS).toBeLessThanOrEqual(6 * MINUTE_MS);
    const settled = history.settled.filter(({ payload }) => payload.run === 'preliminary');
    expect(new Set(settled.map(({ payload }) => payload.intervalStart)).size).toBe(INTERVALS);
  });

  it('leave every promise about money standing', () => {
    expect(report.violations).toEqual([]);
    for (const name of ['M1', 'M2', 'M3', 'M4', 'M5']) expect(report.invariants[name]).toBe(true);
  });
});
