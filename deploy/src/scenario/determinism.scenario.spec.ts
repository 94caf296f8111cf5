import { loadScenario } from '@wattmesh/simulator';
import { expect, it } from 'vitest';
import { runIntervals } from './runs.ts';

it('two stepped runs with one seed give the same report, to the last unit of gas', async () => {
  const scenario = loadScenario('hamlet');
  const first = await runIntervals({ scenario, intervals: 4 });
  const second = await runIntervals({ scenario, intervals: 4 });
  expect(first.settlement.executions).toBeGreaterThan(0);
  expect(second).toEqual(first);
}, 120_000);

it('another seed gives another run', async () => {
  const scenario = loadScenario('hamlet');
  const [one, other] = [
    await runIntervals({ scenario, intervals: 1 }),
    await runIntervals({ scenario: { ...scenario, seed: scenario.seed + 1 }, intervals: 1 }),
  ];
  expect(other.shared).not.toEqual(one.shared);
}, 120_000);
