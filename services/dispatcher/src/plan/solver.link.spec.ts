import { StepClock } from '@wattmesh/platform';
import { afterEach, describe, expect, it } from 'vitest';
import { aSiteProblem } from '../testing/a-site-problem.ts';
import { SolverFailed } from './plan.errors.ts';
import { SolverLink } from './solver.link.ts';

const TARIFF = { retailMicroPerKwh: 220_000, feedInMicroPerKwh: 50_000, sharedChargesMicroPerKwh: 20_000 };

function aProblem(netW: readonly number[]) {
  const { prices: _, ...site } = aSiteProblem(netW);
  return { tariff: netW.map(() => TARIFF), sites: [site] };
}

describe('the solver thread', () => {
  const clock = new StepClock({ simMs: 0, speed: 60 });
  let link = new SolverLink(clock);
  afterEach(async () => {
    await link.onApplicationShutdown();
    link = new SolverLink(clock);
  });

  it('plans the same problem the same, one after the other or at once', async () => {
    const problem = aProblem([1000, -3000, -3000, 2000]);
    const [first, second] = await Promise.all([link.plan(problem), link.plan(problem)]);
    expect(second.plan).toEqual(first.plan);
    expect(first.plan.plans[0]!.devices[0]!.powerW).toHaveLength(4);
  });

  it('refuses a problem that is not finite, and plans the next', async () => {
    await expect(link.plan(aProblem([Number.NaN, 0]))).rejects.toBeInstanceOf(SolverFailed);
    await expect(link.plan(aProblem([100, 0]))).resolves.toMatchObject({ plan: { plans: [{ siteId: 'home-1' }] } });
  });

  it('holds the step clock until the plan is there', async () => {
    const solved = link.plan(aProblem([500, 500]));
    let isSolved = false;
    void solved.then(() => (isSolved = true));
    await clock.runUntil(clock.now() + 1000);
    expect(isSolved).toBe(true);
  });

  it('rejects what it holds when the service stops', async () => {
    const refused = link.plan(aProblem([500, 500])).catch((error: unknown) => error);
    await link.onApplicationShutdown();
    expect(await refused).toBeInstanceOf(SolverFailed);
  });
});
