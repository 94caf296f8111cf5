import { Injectable } from '@nestjs/common';
import { INTERVAL_MS } from '@wattmesh/platform/clock';
import { EntityManager, In, LessThan } from 'typeorm';
import { MandateEntity } from '../mandate/mandate.entity.ts';
import { MeteringEntity } from '../metering/metering.entity.ts';
import { OrderEntity } from '../order/order.entity.ts';
import { selectStandingOrders, type DatedMandate, type DatedOrder } from '../order/select-standing-orders.ts';
import { MemberEntity, MeterEntity } from '../registry/registry.entity.ts';
import { chooseMeterings, type ChosenMeterings, type KnownMetering } from './choose-meterings.ts';

/** An interval waits so long after its end for its meters, a correction as long for the rest of its data. */
export const GRACE_MS = 300_000;

/** Reads what an interval is closed with. */
@Injectable()
export class IntervalStore {
  constructor(private readonly database: EntityManager) {}

  /** When each community's next interval, or its first correction, is to be closed with what is there. */
  async deadlines(): Promise<{ communityId: string; dueMs: number }[]> {
    const rows: { community_id: string; next_interval_start: Date; since: Date | null }[] = await this.database.query(
      `select community_id, next_interval_start, min(since) as since
       from community left join correction_due using (community_id) group by community_id order by community_id`,
    );
    return rows.map(({ community_id: communityId, next_interval_start: nextIntervalStart, since }) => ({
      communityId,
      dueMs: Math.min(nextIntervalStart.getTime() + INTERVAL_MS, since?.getTime() ?? Infinity) + GRACE_MS,
    }));
  }

  /** Best metering of every enrolled meter; undefined while the community lacks its head meter, any member's meter or an account. */
  async meterings(
    interval: { communityId: string; headMeterId: string; intervalStart: string },
    tx: EntityManager,
  ): Promise<(ChosenMeterings & { isSubMeterMissing: boolean }) | undefined> {
    const { communityId, headMeterId, intervalStart } = interval;
    const endMs = Date.parse(intervalStart) + INTERVAL_MS;
    const meters = await tx.findBy(MeterEntity, { communityId });
    const enrolled = meters
      .map((meter) => meter.enrolled)
      .filter(
        (meter) => Date.parse(meter.enrolledAt) < endMs && (meter.role !== 'head' || meter.meterId === headMeterId),
      );
    if (!enrolled.some((meter) => meter.role === 'head') || !enrolled.some((meter) => meter.role === 'revenue'))
      return undefined;
    const meterIds = enrolled.map((meter) => meter.meterId);
    const current = bestOf(await tx.findBy(MeteringEntity, { meterId: In(meterIds), intervalStart, isUsable: true }));
    const silent = enrolled.filter((meter) => meter.role === 'revenue' && !current.has(meter.meterId));
    const earlier = new Map<string, KnownMetering>();
    for (const { meterId } of silent) {
      const last = await tx.findOne(MeteringEntity, {
        where: { meterId, intervalStart: LessThan(intervalStart), isUsable: true },
        order: { intervalStart: 'DESC', runNumber: 'DESC' },
      });
      if (last !== null) earlier.set(meterId, last);
    }
    return {
      ...chooseMeterings({ enrolled, current, earlier }),
      isSubMeterMissing: meterIds.some((meterId) => !current.has(meterId)),
    };
  }

  async memberIds(communityId: string, tx: EntityManager): Promise<string[]> {
    return (await tx.findBy(MemberEntity, { communityId })).map((member) => member.memberId);
  }

  async standingOrders(
    interval: { communityId: string; intervalStart: string },
    tx: EntityManager,
  ): Promise<{ mandates: DatedMandate[]; orders: DatedOrder[] }> {
    const { communityId, intervalStart } = interval;
    const mandates = await tx.findBy(MandateEntity, { communityId });
    const orders = await tx.findBy(OrderEntity, { communityId });
    return selectStandingOrders({
      mandates: mandates.map(({ signed, validFrom }) => ({ ...signed, validFrom })),
      orders: orders.map(({ placed, number, validFrom }) => ({ ...placed, number, validFrom })),
      intervalStart,
      intervalEnd: new Date(Date.parse(intervalStart) + INTERVAL_MS).toISOString(),
    });
  }
}

function bestOf(meterings: readonly MeteringEntity[]): Map<string, MeteringEntity> {
  const best = new Map<string, MeteringEntity>();
  for (const metering of meterings) {
    const other = best.get(metering.meterId);
    if (other === undefined || other.runNumber < metering.runNumber) best.set(metering.meterId, metering);
  }
  return best;
}
