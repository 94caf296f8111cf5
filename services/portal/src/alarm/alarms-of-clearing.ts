import type { IntervalCleared, MeterEnrolled } from '@wattmesh/events';
import type { ActiveAlarms } from './active-alarms.ts';

/**
 * Alarms of a community's meters by its newest clearing: the meter it suspects, and those that settle money (revenue and head)
 * on substituted values.
 */
export function alarmsOfClearing(cleared: IntervalCleared, meters: readonly MeterEnrolled[]): ActiveAlarms {
  const byId = new Map(meters.map((meter) => [meter.meterId, meter]));
  const siteOf = (meterId: string): { siteId?: string } => {
    const siteId = byId.get(meterId)?.siteId;
    return siteId === undefined ? {} : { siteId };
  };
  const { suspectMeterId, intervalStart, residualWh, residualBoundWh } = cleared;
  const substituted = cleared.inputs.meterings.filter(({ meterId, isSubstituted }) => {
    const role = byId.get(meterId)?.role;
    return isSubstituted && (role === 'revenue' || role === 'head');
  });
  return {
    at: cleared.closedAt,
    communityId: cleared.communityId,
    kinds: ['meter-suspect', 'meter-substituted'],
    objectIds: meters.map(({ meterId }) => meterId),
    raised: [
      ...(suspectMeterId === undefined
        ? []
        : [
            {
              kind: 'meter-suspect' as const,
              objectId: suspectMeterId,
              ...siteOf(suspectMeterId),
              cause: `interval ${intervalStart} leaves ${residualWh} Wh unexplained, ${residualBoundWh} Wh would be normal`,
            },
          ]),
      ...substituted.map(({ meterId }) => ({
        kind: 'meter-substituted' as const,
        objectId: meterId,
        ...siteOf(meterId),
        cause: `no metering came in time for interval ${intervalStart}`,
      })),
    ],
  };
}
