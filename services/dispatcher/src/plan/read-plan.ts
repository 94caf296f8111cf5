import { milli, tierCosts, type SiteColumns, type SiteLp } from './build-site-lp.ts';
import type { LpSolution } from './linear-program.ts';
import type { SiteProblem } from './site-problem.ts';

/** A site's plan over its horizon: powers in W, load convention. */
export interface SitePlan {
  siteId: string;
  costMicro: number;
  siteW: number[];
  devices: DevicePlan[];
  /** Expected community energy, W, to know what the set-points are for. */
  boughtFromCommunityW: number[];
  soldToCommunityW: number[];
  /** Constraints that held the plan back, with the number of intervals; broken preferences come first. */
  binding: string[];
  isRelaxed: boolean;
}

export interface DevicePlan {
  deviceId: string;
  kind: 'battery' | 'charger' | 'rack' | 'inverter';
  powerW: number[];
  socPct?: number[];
}

const CLOSE_KW = 1e-4;

/**
 * The optimum of a site's program as its plan: whole-W set-points, expected cost in micro-units without penalties and
 * tie-breaks, and the names of what bound. Precondition: the solution belongs to the program of the problem.
 *
 * Example: a battery column `charge` of 1.2 kW and `discharge` of 0 reads as 1200 W.
 */
export function readPlan(problem: SiteProblem, lp: SiteLp, solution: LpSolution): SitePlan {
  const { columns } = lp;
  const at = (column: number | undefined): number => (column === undefined ? 0 : solution.columns[column]!);
  const relaxed = findRelaxed(columns, at);
  return {
    siteId: problem.siteId,
    costMicro: Math.round(costOf(problem, columns, at) * 1000),
    siteW: problem.durationH.map((_, t) =>
      watts(
        at(columns.buyCommunity[t]) +
          at(columns.buyRetail[t]) -
          at(columns.sellCommunity[t]) -
          at(columns.sellFeedIn[t]),
      ),
    ),
    devices: readDevices(problem, columns, at),
    boughtFromCommunityW: columns.buyCommunity.map((column) => watts(at(column))),
    soldToCommunityW: columns.sellCommunity.map((column) => watts(at(column))),
    binding: [...relaxed, ...findBinding(problem, columns, at)],
    isRelaxed: relaxed.length > 0,
  };
}

// Adding 0 turns a rounded -0 into 0.
const watts = (kilowatts: number): number => Math.round(kilowatts * 1000) + 0;

function readDevices(problem: SiteProblem, columns: SiteColumns, at: ValueAt): DevicePlan[] {
  const batteries = problem.batteries.map((battery, index): DevicePlan => {
    const { charge, discharge, soc } = columns.batteries[index]!;
    const socPct = soc.map((column) =>
      Math.min(100, Math.max(0, Math.round((at(column) * 1e7) / battery.capacityWh) / 100)),
    );
    return {
      deviceId: battery.deviceId,
      kind: 'battery',
      powerW: charge.map((column, t) => watts(at(column) - at(discharge[t]))),
      socPct,
    };
  });
  const chargers = problem.chargers.map(({ deviceId, minW }, index): DevicePlan => {
    return {
      deviceId,
      kind: 'charger',
      powerW: columns.chargers[index]!.power.map((column) => chargeable(watts(at(column)), minW)),
    };
  });
  const racks = problem.racks.map(({ deviceId }, index): DevicePlan => {
    return { deviceId, kind: 'rack', powerW: columns.racks[index]!.map((column) => watts(at(column))) };
  });
  return [...batteries, ...chargers, ...racks, ...readInverter(problem, columns, at)];
}

/** The program knows no gap between nothing and a charger's least power: the nearer of the two. */
const chargeable = (powerW: number, minW: number): number => (powerW < minW / 2 ? 0 : Math.max(powerW, minW));

/** An inverter's set-point is a ceiling: its rating, unless the plan curtails. */
function readInverter(problem: SiteProblem, columns: SiteColumns, at: ValueAt): DevicePlan[] {
  const { inverter } = problem;
  if (inverter === undefined) return [];
  const powerW = columns.curtail.map((column, t) =>
    at(column) > CLOSE_KW ? watts(at(column)) - Math.round(problem.generationW[t]!) : -inverter.ratedW,
  );
  return [{ deviceId: inverter.deviceId, kind: 'inverter', powerW }];
}

type ValueAt = (column: number | undefined) => number;

function costOf(problem: SiteProblem, columns: SiteColumns, at: ValueAt): number {
  return problem.durationH.reduce((sum, hours, t) => {
    const price = tierCosts(problem.prices[t]!);
    const energy =
      at(columns.buyCommunity[t]) * price.buyCommunity +
      at(columns.buyRetail[t]) * price.buyRetail +
      at(columns.sellCommunity[t]) * price.sellCommunity +
      at(columns.sellFeedIn[t]) * price.sellFeedIn;
    const wear = problem.batteries.reduce(
      (cost, battery, index) => cost + milli(battery.wearMicroPerKwh) * at(columns.batteries[index]!.discharge[t]),
      0,
    );
    const worth = problem.racks.reduce(
      (value, rack, index) => value + milli(rack.valueMicroPerKwh) * (at(columns.racks[index]![t]) - rack.idleW / 1000),
      0,
    );
    return sum + hours * (energy + wear - worth);
  }, 0);
}

function findRelaxed(columns: SiteColumns, at: ValueAt): string[] {
  const named = (name: string, list: readonly number[]): string[] =>
    count(name, list.filter((column) => at(column) > CLOSE_KW).length);
  return [
    ...named('relaxed import limit', columns.overImport),
    ...named('relaxed export limit', columns.overExport),
    ...named(
      'relaxed reserve',
      columns.batteries.flatMap((battery) => battery.under),
    ),
    ...named(
      'relaxed maximum state of charge',
      columns.batteries.flatMap((battery) => battery.over),
    ),
    ...named(
      'relaxed EV energy',
      columns.chargers.map((charger) => charger.unmet),
    ),
  ];
}

function findBinding(problem: SiteProblem, columns: SiteColumns, at: ValueAt): string[] {
  const near = (value: number, limitW: number): boolean =>
    value > CLOSE_KW && Math.abs(value - limitW / 1000) < CLOSE_KW;
  const intervals = problem.durationH.map((_, t) => t);
  const held = (name: string, holds: (t: number) => boolean): string[] => count(name, intervals.filter(holds).length);
  return [
    ...held('import limit', (t) =>
      near(at(columns.buyCommunity[t]) + at(columns.buyRetail[t]), problem.importLimitW[t]!),
    ),
    ...held('export limit', (t) =>
      near(at(columns.sellCommunity[t]) + at(columns.sellFeedIn[t]), problem.exportLimitW[t]!),
    ),
    ...held('community demand', (t) => near(at(columns.sellCommunity[t]), problem.prices[t]!.sellableW)),
    ...held('community supply', (t) => near(at(columns.buyCommunity[t]), problem.prices[t]!.buyableW)),
    ...problem.batteries.flatMap((battery, index) => {
      const { charge, discharge, soc } = columns.batteries[index]!;
      return [
        ...held(
          'rated power',
          (t) => near(at(charge[t]), battery.maxChargeW) || near(at(discharge[t]), battery.maxDischargeW),
        ),
        ...held('reserve', (t) => near(at(soc[t]), battery.minWh)),
        ...held('full battery', (t) => near(at(soc[t]), battery.maxWh)),
      ];
    }),
  ];
}

const count = (name: string, intervals: number): string[] => (intervals > 0 ? [`${name} (${intervals})`] : []);
