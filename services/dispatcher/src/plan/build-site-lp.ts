import { addColumn, addRow, emptyProgram, type LinearProgram } from './linear-program.ts';
import type { BatteryProblem, ChargerProblem, PriceStep, SiteProblem } from './site-problem.ts';
import { TAPER_INTERCEPT, TAPER_SLOPE } from './taper-charge.ts';
import { valueStoredEnergy } from './value-stored-energy.ts';

/** Column numbers of the program, one per interval. */
export interface SiteColumns {
  buyCommunity: number[];
  buyRetail: number[];
  sellCommunity: number[];
  sellFeedIn: number[];
  overImport: number[];
  overExport: number[];
  curtail: number[];
  batteries: { charge: number[]; discharge: number[]; soc: number[]; under: number[]; over: number[] }[];
  chargers: { power: number[]; unmet: number }[];
  racks: number[][];
}

export interface SiteLp {
  program: LinearProgram;
  columns: SiteColumns;
}

/** Soft limits, in thousandths of the currency per kWh: far above any price, in the order of power (C17). */
const PENALTY = { overLimit: 50_000, outsideSoc: 20_000, unmetCharging: 2_000 };
/** Keeps import and export, charge and discharge apart where prices tie; thousandths per kWh. */
const TIE = 0.001;
/** Stored energy is worth this much more for each hour it is there sooner: a forecast may fail. Thousandths per kWh and hour. */
const EARLY = 0.02;
/** Surplus that is there now is certain, later surplus only forecast: the site's own and the community's count for this much more, fading over four hours. */
const CERTAINTY = { cost: 24, hours: 4 };
/** Above a third of its rated power a battery charges at a trifle more cost, as its losses grow: energy at one price is taken evenly. */
const FAST = { fromShare: 1 / 3, cost: 0.5 };

/** Micro-units per kWh in the program's unit: thousandths of the currency. */
export const milli = (microPerKwh: number): number => microPerKwh / 1000;
const kilo = (value: number): number => value / 1000;

/**
 * The linear program of one site over its horizon, in kW, kWh and thousandths of the currency.
 *
 * Method: rolling-horizon economic dispatch. Per interval: community and supplier energy bought and sold (two tiers each way,
 * so that cost is convex and a site expects no more from its neighbours than its share), one power balance, the connection's
 * limits, batteries with losses on both sides (C12), a line that lowers the charging
 * power above 80 % state of charge, chargers, racks, curtailment. Physics and limits are hard; preferences are soft and never
 * make it infeasible: fuse and feeder, the state-of-charge band (C11: the band's lower edge starts at today's value, so
 * nothing gets worse, and every interval outside costs, so the return is as fast as feasible), an EV's wish. The energy
 * stored at the end has a price, not a target. Charging and discharging at once never pays: it burns energy, which earns
 * only where a price is negative, and there discharging costs a surcharge that takes just that gain away.
 *
 * Preconditions: all arrays have the horizon's length, 0 <= soc <= capacity, efficiencies in (0, 1].
 * Size: about 12 columns and 8 rows per interval with one battery. Example: see the spec.
 */
export function buildSiteLp(problem: SiteProblem): SiteLp {
  const program = emptyProgram();
  const steps = problem.durationH.map((_, index) => index);
  const columns = {
    ...tradeColumns(program, problem),
    curtail: problem.inverter ? steps.map((t) => addColumn(program, { upper: kilo(problem.generationW[t]!) })) : [],
    batteries: problem.batteries.map((battery) => addBattery(program, problem, battery)),
    chargers: problem.chargers.map((charger) => addCharger(program, problem, charger)),
    racks: problem.racks.map((rack) =>
      steps.map((t) =>
        addColumn(program, {
          cost: -milli(rack.valueMicroPerKwh) * problem.durationH[t]!,
          lower: kilo(rack.idleW),
          upper: kilo(rack.maxW),
        }),
      ),
    ),
  };
  for (const t of steps) addBalance(program, problem, { columns, t });
  return { program, columns };
}

/**
 * Costs of the four tiers of an interval, per kWh. A price that would make energy cheaper to buy than to sell is lowered to the
 * buying price: one meter cannot import and export at once, and a convex program must not think so.
 */
export function tierCosts(price: PriceStep): {
  buyCommunity: number;
  buyRetail: number;
  sellCommunity: number;
  sellFeedIn: number;
} {
  const buyRetail = milli(price.retailMicroPerKwh);
  const buyCommunity = Math.min(milli(price.communityBuyMicroPerKwh), buyRetail);
  const sellCommunity = Math.min(milli(price.communitySellMicroPerKwh), buyCommunity);
  const sellFeedIn = Math.min(milli(price.feedInMicroPerKwh), sellCommunity);
  return { buyCommunity, buyRetail, sellCommunity: -sellCommunity, sellFeedIn: -sellFeedIn };
}

function tradeColumns(program: LinearProgram, problem: SiteProblem) {
  const per = (column: (t: number, hours: number) => { cost?: number; upper?: number }): number[] =>
    problem.durationH.map((hours, t) => addColumn(program, column(t, hours)));
  const costs = problem.prices.map(tierCosts);
  const tie = problem.prices.map((price) => milli(price.tieMicroPerKwh));
  const certain = tie.map((_, t) => CERTAINTY.cost * Math.max(0, 1 - t / (4 * CERTAINTY.hours)));
  const isProducer = problem.generationW.some((powerW) => powerW > 0);
  // Never more than what lies between buying and selling: one meter cannot gain by doing both.
  const bonus = costs.map(({ buyCommunity, sellCommunity }, t) => Math.min(certain[t]!, buyCommunity + sellCommunity));
  const sale = tie.map((preference, t) => TIE - preference + (isProducer ? certain[t]! : 0));
  return {
    buyCommunity: per((t, hours) => ({
      cost: (costs[t]!.buyCommunity + TIE + tie[t]! - bonus[t]!) * hours,
      upper: kilo(problem.prices[t]!.buyableW),
    })),
    buyRetail: per((t, hours) => ({ cost: (costs[t]!.buyRetail + TIE + tie[t]!) * hours })),
    sellCommunity: per((t, hours) => ({
      cost: (costs[t]!.sellCommunity + sale[t]!) * hours,
      upper: kilo(problem.prices[t]!.sellableW),
    })),
    sellFeedIn: per((t, hours) => ({ cost: (costs[t]!.sellFeedIn + sale[t]!) * hours })),
    overImport: per((_, hours) => ({ cost: PENALTY.overLimit * hours })),
    overExport: per((_, hours) => ({ cost: PENALTY.overLimit * hours })),
  };
}

function addBattery(
  program: LinearProgram,
  problem: SiteProblem,
  battery: BatteryProblem,
): SiteColumns['batteries'][number] {
  const { durationH } = problem;
  const socKwh = kilo(battery.socWh);
  const soft = (hours: number): { cost: number } => ({ cost: PENALTY.outsideSoc * hours });
  const charge = durationH.map((hours) => addColumn(program, { cost: TIE * hours, upper: kilo(battery.maxChargeW) }));
  const discharge = durationH.map((hours, t) =>
    addColumn(program, {
      cost: dischargeCost(battery, problem.prices[t]!) * hours,
      upper: kilo(battery.maxDischargeW),
    }),
  );
  const last = durationH.length - 1;
  const terminal = milli(valueStoredEnergy(problem, battery));
  const soc = durationH.map((hours, t) =>
    addColumn(program, {
      cost: -EARLY * hours - (t === last ? terminal : 0),
      lower: Math.min(kilo(battery.minWh), socKwh),
      upper: Math.max(kilo(battery.maxWh), socKwh),
    }),
  );
  const fast = durationH.map((hours) => addColumn(program, { cost: FAST.cost * hours }));
  const under = durationH.map((hours) => addColumn(program, soft(hours)));
  const over = durationH.map((hours) => addColumn(program, soft(hours)));
  addBatteryRows(program, problem, { battery, charge, discharge, soc, fast, under, over });
  return { charge, discharge, soc, under, over };
}

type BatteryColumns = SiteColumns['batteries'][number] & { battery: BatteryProblem; fast: number[] };

/** Energy balance, band of state of charge, taper, and what passes a third of the rated power. */
function addBatteryRows(program: LinearProgram, problem: SiteProblem, columns: BatteryColumns): void {
  const { battery, charge, discharge, soc, fast, under, over } = columns;
  const { efficiency } = battery;
  const socKwh = kilo(battery.socWh);
  problem.durationH.forEach((hours, t) => {
    const before: [number, number][] = t === 0 ? [] : [[soc[t - 1]!, -1]];
    const start = t === 0 ? socKwh : 0;
    addRow(program, { lower: start, upper: start }, [
      [soc[t]!, 1],
      ...before,
      [charge[t]!, -efficiency * hours],
      [discharge[t]!, hours / efficiency],
    ]);
    addRow(program, { lower: kilo(battery.minWh) }, [
      [soc[t]!, 1],
      [under[t]!, 1],
    ]);
    addRow(program, { upper: kilo(battery.maxWh) }, [
      [soc[t]!, 1],
      [over[t]!, -1],
    ]);
    const fullKw = kilo(battery.maxChargeW);
    addRow(program, { upper: TAPER_INTERCEPT * fullKw }, [
      [charge[t]!, 1],
      [soc[t]!, (TAPER_SLOPE * fullKw) / kilo(battery.capacityWh)],
    ]);
    addRow(program, { upper: FAST.fromShare * fullKw }, [
      [charge[t]!, 1],
      [fast[t]!, -1],
    ]);
  });
}

/** Wear, or where a price is negative at least what burning energy by charging and discharging at once would earn. */
function dischargeCost(battery: BatteryProblem, price: PriceStep): number {
  const tiers = tierCosts(price);
  const lowest =
    Math.min(tiers.buyCommunity, tiers.buyRetail, -tiers.sellFeedIn, -tiers.sellCommunity) +
    milli(price.tieMicroPerKwh) -
    CERTAINTY.cost;
  const burnt = 1 / battery.efficiency ** 2 - 1;
  return Math.max(milli(battery.wearMicroPerKwh), Math.max(0, -lowest) * burnt) + TIE;
}

function addCharger(
  program: LinearProgram,
  problem: SiteProblem,
  charger: ChargerProblem,
): SiteColumns['chargers'][number] {
  // Later costs a trifle more: an EV may leave early.
  const power = problem.durationH.map((hours, t) =>
    addColumn(program, { cost: EARLY * hours * (t + 1), upper: t <= charger.dueIndex ? kilo(charger.maxW) : 0 }),
  );
  const unmet = addColumn(program, { cost: PENALTY.unmetCharging });
  const wanted = kilo(charger.wantedWh);
  addRow(program, { lower: wanted, upper: wanted }, [
    ...power.map((column, t): [number, number] => [column, problem.durationH[t]!]),
    [unmet, 1],
  ]);
  return { power, unmet };
}

function addBalance(program: LinearProgram, problem: SiteProblem, at: { columns: SiteColumns; t: number }): void {
  const { columns, t } = at;
  const netKw = kilo(problem.loadW[t]! - problem.generationW[t]!);
  const [buyCommunity, buyRetail] = [columns.buyCommunity[t]!, columns.buyRetail[t]!];
  const [sellCommunity, sellFeedIn] = [columns.sellCommunity[t]!, columns.sellFeedIn[t]!];
  addRow(program, { lower: netKw, upper: netKw }, [
    ...[buyCommunity, buyRetail].map((column): [number, number] => [column, 1]),
    ...[sellCommunity, sellFeedIn].map((column): [number, number] => [column, -1]),
    ...columns.curtail.slice(t, t + 1).map((column): [number, number] => [column, -1]),
    ...columns.batteries.flatMap((battery): [number, number][] => [
      [battery.charge[t]!, -1],
      [battery.discharge[t]!, 1],
    ]),
    ...columns.chargers.map((charger): [number, number] => [charger.power[t]!, -1]),
    ...columns.racks.map((rack): [number, number] => [rack[t]!, -1]),
  ]);
  addRow(program, { upper: kilo(problem.importLimitW[t]!) }, [
    [buyCommunity, 1],
    [buyRetail, 1],
    [columns.overImport[t]!, -1],
  ]);
  addRow(program, { upper: kilo(problem.exportLimitW[t]!) }, [
    [sellCommunity, 1],
    [sellFeedIn, 1],
    [columns.overExport[t]!, -1],
  ]);
}
