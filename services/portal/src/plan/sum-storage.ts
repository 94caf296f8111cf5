import type { PlanPublished } from '@wattmesh/events';

/** What a plan expects of a site's batteries together, per interval; absent where it has none. */
export interface StoragePlan {
  readonly storageW?: number[];
  /** Mean by capacity. */
  readonly socPct?: number[];
}

/**
 * Sums the batteries of a plan: powers add, charges are averaged by capacity. O(devices x intervals).
 *
 * @example sumStorage(plan, new Map([['battery', 6400]])); // { storageW: [...], socPct: [...] }
 */
export function sumStorage(plan: PlanPublished, capacityWh: ReadonlyMap<string, number>): StoragePlan {
  const batteries = plan.devices.flatMap((device) => {
    const capacity = capacityWh.get(device.deviceId);
    return capacity === undefined ? [] : [{ ...device, capacity }];
  });
  if (batteries.length === 0) return {};
  const charged = batteries.filter((battery) => battery.socPct?.length === plan.siteW.length);
  const total = charged.reduce((sum, battery) => sum + battery.capacity, 0);
  return {
    storageW: plan.siteW.map((_, index) => batteries.reduce((sum, { powerW }) => sum + (powerW[index] ?? 0), 0)),
    ...(total === 0
      ? {}
      : {
          socPct: plan.siteW.map((_, index) =>
            charged.reduce((sum, { socPct, capacity }) => sum + ((socPct?.[index] ?? 0) * capacity) / total, 0),
          ),
        }),
  };
}
