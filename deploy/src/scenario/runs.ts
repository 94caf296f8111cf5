import type { Scenario } from '@wattmesh/simulator';
import { drainContract } from '../drill/drain-contract.ts';
import type { Report } from '../report/build-report.ts';
import { StepCommunity, type StepOptions } from './step-community.ts';

const INTERVAL_MINUTES = 15;
/** Long enough after the last interval that its final runs are cleared and its lanes executed. */
const AFTERWARDS_MINUTES = 8;

/** Lives through some intervals of a scenario on the step clock and answers the report. */
export async function runIntervals(options: StepOptions & { intervals: number }): Promise<Report> {
  const run = await StepCommunity.start(options);
  try {
    await run.startServices();
    await run.enrol();
    await run.waitUntilReady();
    await run.run(options.intervals * INTERVAL_MINUTES + AFTERWARDS_MINUTES);
    if (options.drill?.drainsContract) await drainContract(run.provider, run.community.contracts);
    return await run.report();
  } finally {
    await run.stop();
  }
}

/** The same scenario begun at another time. */
export function beginningAt(scenario: Scenario, startsAt: string): Scenario {
  return { ...scenario, startsAt, community: { ...scenario.community, startsAt } };
}
