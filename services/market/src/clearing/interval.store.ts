import { Injectable } from '@nestjs/common';
import { INTERVAL_MS } from '@wattmesh/platform/clock';
import { EntityManager, In, LessThan } from 'typeorm';
import { MandateEntity } from '../mandate/mandate.entity.ts';
import { MeteringEntity } from '../metering/metering.entity.ts';
import { OrderEntity } from '../order/order.entity.ts';
import { selectStandingOrders, type DatedMandate, type DatedOrder } from '../order/select-standing-orders.ts';
import { CommunityEntity, MemberEntity, MeterEntity } from '../registry/registry.entity.ts';
import { chooseMeterings, type ChosenMeterings, type KnownMetering } from './choose-meterings.ts';

/** Reads what an interval is closed with. */
@Injectable()
export class IntervalStore {
  constructor(private readonly database: EntityManager) {}

  async communityIds(): Promise<string[]> {
    return (await this.database.find(CommunityEntity)).map((community) => community.communityId);
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
