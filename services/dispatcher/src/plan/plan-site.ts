import { buildSiteLp, type SiteLp } from './build-site-lp.ts';
import type { LinearProgram, LpSession, LpSolution, OpenLp } from './linear-program.ts';
import { readPlan, type SitePlan } from './read-plan.ts';
import type { PriceStep, SiteProblem } from './site-problem.ts';

/** A site's program kept open: solved, priced anew and solved again, questioned, closed. */
export interface SitePlanner {
  readonly problem: SiteProblem;
  plan(): SitePlan;
  /** Puts other prices into the program that is already there. */
  reprice(prices: PriceStep[]): void;
  /** Extra cost in micro-units of fixing a device's first set-point; undefined where that is impossible or breaks a limit. */
  extraCostMicro(deviceId: string, setpointW: number): number | undefined;
  dispose(): void;
}

const BOTH_KW = 1e-5;

/**
 * Plans one site: builds its program once, then re-solves it warm.
 *
 * Charging and discharging at once: the program's costs exclude it wherever a price could pay for it; where only a penalty
 * does (a limit that cannot be kept otherwise), the smaller of the two is fixed to zero and the program solved again.
 * Every round fixes at least one more interval, so it ends. Precondition: as `buildSiteLp`. Dispose when done.
 *
 * Example: `const planner = planSite(problem, open); planner.plan(); planner.dispose()`.
 */
export function planSite(problem: SiteProblem, open: OpenLp): SitePlanner {
  let current = problem;
  let lp = buildSiteLp(problem);
  let solved: LpSolution | undefined;
  const session = open(lp.program);
  const solve = (): LpSolution => (solved ??= solveExclusive(session, lp));
  return {
    get problem() {
      return current;
    },
    plan: () => readPlan(current, lp, solve()),
    reprice(prices) {
      const next = buildSiteLp({ ...current, prices });
      applyChanges(session, lp.program, next.program);
      [current, lp, solved] = [{ ...current, prices }, next, undefined];
    },
    extraCostMicro(deviceId, setpointW) {
      const best = solve();
      const fixed = fixFirst({ problem: current, lp, deviceId, setpointW });
      fixed.forEach(({ column, kilowatts }) => session.setBounds(column, kilowatts, kilowatts));
      const other = session.solve();
      fixed.forEach(({ column }) => session.setBounds(column, lp.program.lower[column]!, lp.program.upper[column]!));
      if (other === undefined || readPlan(current, lp, other).isRelaxed !== readPlan(current, lp, best).isRelaxed)
        return undefined;
      return Math.max(0, Math.round((other.objective - best.objective) * 1000));
    },
    dispose: () => session.dispose(),
  };
}

function solveExclusive(session: LpSession, lp: SiteLp): LpSolution {
  for (;;) {
    const solution = session.solve();
    // Every limit is soft and every device may idle, so an optimum exists for any valid problem.
    if (solution === undefined)
      throw new RangeError('the site problem holds a value that is not finite or out of its range');
    const at = (column: number): number => solution.columns[column]!;
    const idle = lp.columns.batteries.flatMap(({ charge, discharge }) =>
      charge.flatMap((column, t) => {
        const pair = [column, discharge[t]!] as const;
        if (Math.min(at(pair[0]), at(pair[1])) <= BOTH_KW) return [];
        return [at(pair[0]) < at(pair[1]) ? pair[0] : pair[1]];
      }),
    );
    if (idle.length === 0) return solution;
    for (const column of idle) {
      session.setBounds(column, 0, 0);
      lp.program.upper[column] = 0;
    }
  }
}

function applyChanges(session: LpSession, before: LinearProgram, after: LinearProgram): void {
  after.costs.forEach((cost, column) => {
    const [lower, upper] = [after.lower[column]!, after.upper[column]!];
    if (cost !== before.costs[column]) session.setCost(column, cost);
    if (lower !== before.lower[column] || upper !== before.upper[column]) session.setBounds(column, lower, upper);
  });
}

function fixFirst(fix: {
  problem: SiteProblem;
  lp: SiteLp;
  deviceId: string;
  setpointW: number;
}): { column: number; kilowatts: number }[] {
  const { problem, lp, deviceId } = fix;
  const kilowatts = fix.setpointW / 1000;
  const indexOf = (devices: readonly { deviceId: string }[]): number =>
    devices.findIndex((device) => device.deviceId === deviceId);
  const battery = lp.columns.batteries[indexOf(problem.batteries)];
  if (battery !== undefined) {
    return [
      { column: battery.charge[0]!, kilowatts: Math.max(0, kilowatts) },
      { column: battery.discharge[0]!, kilowatts: Math.max(0, -kilowatts) },
    ];
  }
  const column =
    lp.columns.chargers[indexOf(problem.chargers)]?.power[0] ?? lp.columns.racks[indexOf(problem.racks)]?.[0];
  return column === undefined ? [] : [{ column, kilowatts }];
}
