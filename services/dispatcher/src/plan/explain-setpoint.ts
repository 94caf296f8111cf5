import type { Reason } from '@wattmesh/events';
import type { SitePlanner } from './plan-site.ts';
import type { DevicePlan, SitePlan } from './read-plan.ts';
import type { BatteryProblem, SiteProblem } from './site-problem.ts';

export interface DeviceReasons {
  deviceId: string;
  /** Why the first set-point is what it is, with its next-best alternative re-solved. */
  first: Reason;
  /** Code of every set-point. */
  codes: Reason['code'][];
}

const BAND_W = 20;

/**
 * Why each set-point is what it is.
 *
 * Method: the code follows from where the power comes from or goes to (own load or surplus, neighbours, supplier) or, for an
 * idle battery, from the limit that holds it. Next best: the program is solved again with the first set-point fixed to each
 * alternative (idle, the opposite, full power) and the cheapest difference is told; duals are not used, they are rarely unique.
 * Units: W, micro-units. Preconditions: the plan is the planner's current one.
 *
 * Example: `{ code: 'self-consumption', text: 'covers own load; rated power', nextBest: { setpointW: 0, extraCostMicro: 4100 } }`.
 */
export function explainSetpoints(planner: SitePlanner, plan: SitePlan): DeviceReasons[] {
  return plan.devices.map((device) => {
    const causes = device.powerW.map((_, t) => causeOf(planner.problem, plan, { device, t }));
    const nextBest = findNextBest(planner, device);
    const first = causes[0]!;
    return {
      deviceId: device.deviceId,
      first: { ...first, ...(nextBest === undefined ? {} : { nextBest }) },
      codes: causes.map((cause) => cause.code),
    };
  });
}

type Cause = Pick<Reason, 'code' | 'text'>;

function causeOf(problem: SiteProblem, plan: SitePlan, at: { device: DevicePlan; t: number }): Cause {
  const powerW = at.device.powerW[at.t]!;
  if (at.device.kind === 'charger') {
    return powerW > BAND_W
      ? { code: 'ev-need', text: `charges the car with ${powerW} W` }
      : { code: 'idle', text: 'the car can wait for cheaper energy or wants none' };
  }
  if (at.device.kind === 'inverter') {
    return powerW === -problem.inverter!.ratedW
      ? { code: 'idle', text: 'generates all it can' }
      : { code: 'feeder-limit', text: 'curtails: more is worth less than nothing here' };
  }
  if (at.device.kind === 'rack') return rackCause(problem, at.device, { powerW, t: at.t });
  const battery = problem.batteries.find(({ deviceId }) => deviceId === at.device.deviceId)!;
  if (powerW > BAND_W) return chargeCause(problem, plan, { ...at, battery, powerW });
  if (powerW < -BAND_W) return dischargeCause(problem, plan, { ...at, battery, powerW });
  return idleCause(battery, at.device, at.t);
}

function rackCause(problem: SiteProblem, device: DevicePlan, at: { powerW: number; t: number }): Cause {
  const rack = problem.racks.find(({ deviceId }) => deviceId === device.deviceId)!;
  const worth = `${rack.valueMicroPerKwh} micro per kWh`;
  if (at.powerW > rack.idleW + BAND_W)
    return { code: 'surplus-compute', text: `computes: energy costs less than ${worth}` };
  return { code: 'idle', text: `waits: energy costs more than ${worth}` };
}

interface BatteryAt {
  battery: BatteryProblem;
  device: DevicePlan;
  powerW: number;
  t: number;
}

function chargeCause(problem: SiteProblem, plan: SitePlan, at: BatteryAt): Cause {
  const { battery, powerW, t } = at;
  const limit = powerW >= battery.maxChargeW - BAND_W ? '; rated power' : '';
  const socPct = t === 0 ? (100 * battery.socWh) / battery.capacityWh : at.device.socPct![t - 1]!;
  if (socPct < (100 * battery.minWh) / battery.capacityWh - 0.1)
    return { code: 'reserve', text: `restores the owner's reserve${limit}` };
  const boughtW = plan.boughtFromCommunityW[t]!;
  if (plan.siteW[t]! <= BAND_W) return { code: 'self-consumption', text: `stores own surplus${limit}` };
  if (plan.siteW[t]! >= problem.importLimitW[t]! - BAND_W)
    return { code: 'feeder-limit', text: 'charges as the import limit allows' };
  if (boughtW >= plan.siteW[t]! - BAND_W)
    return { code: 'community-trade', text: `stores neighbours' surplus, ${boughtW} W bought${limit}` };
  return { code: 'price-arbitrage', text: `charges before a dearer time${limit}` };
}

function dischargeCause(problem: SiteProblem, plan: SitePlan, at: BatteryAt): Cause {
  const { battery, powerW, t } = at;
  const limit = powerW <= -battery.maxDischargeW + BAND_W ? '; rated power' : '';
  const siteW = plan.siteW[t]!;
  if (siteW >= -BAND_W) return { code: 'self-consumption', text: `covers own load${limit}` };
  if (-siteW >= problem.exportLimitW[t]! - BAND_W)
    return { code: 'feeder-limit', text: 'discharges as the export limit allows' };
  const soldW = plan.soldToCommunityW[t]!;
  if (-siteW < -powerW / 2)
    return { code: 'self-consumption', text: `covers own load and exports ${-siteW} W${limit}` };
  if (soldW > BAND_W) return { code: 'community-trade', text: `sells ${soldW} W to neighbours who are short${limit}` };
  return { code: 'price-arbitrage', text: `exports at the feed-in price, worth more now than later${limit}` };
}

function idleCause(battery: BatteryProblem, device: DevicePlan, t: number): Cause {
  const socPct = device.socPct![t]!;
  if (socPct >= (100 * battery.maxWh) / battery.capacityWh - 0.5) return { code: 'soc-limit', text: 'full' };
  if (socPct <= (100 * battery.minWh) / battery.capacityWh + 0.5)
    return { code: 'reserve', text: "at the owner's reserve" };
  return { code: 'idle', text: 'stored energy is worth more at another time' };
}

function findNextBest(planner: SitePlanner, device: DevicePlan): Reason['nextBest'] {
  const setpointW = device.powerW[0]!;
  const options = alternatives(planner.problem, device).filter((otherW) => Math.abs(otherW - setpointW) > BAND_W);
  const costed = options.flatMap((otherW) => {
    const extraCostMicro = planner.extraCostMicro(device.deviceId, otherW);
    return extraCostMicro === undefined ? [] : [{ setpointW: otherW, extraCostMicro }];
  });
  return costed.toSorted((a, b) => a.extraCostMicro - b.extraCostMicro)[0];
}

function alternatives(problem: SiteProblem, device: DevicePlan): number[] {
  const setpointW = device.powerW[0]!;
  const battery = problem.batteries.find(({ deviceId }) => deviceId === device.deviceId);
  if (battery !== undefined) {
    const clamp = (powerW: number): number => Math.min(battery.maxChargeW, Math.max(-battery.maxDischargeW, powerW));
    return Math.abs(setpointW) > BAND_W
      ? [0, clamp(-setpointW)]
      : [0.2 * battery.maxChargeW, -0.2 * battery.maxDischargeW].map(Math.round);
  }
  const rack = problem.racks.find(({ deviceId }) => deviceId === device.deviceId);
  if (rack !== undefined) return [rack.idleW, rack.maxW];
  const charger = problem.chargers.find(({ deviceId }) => deviceId === device.deviceId);
  return charger === undefined ? [] : [0, charger.maxW];
}
