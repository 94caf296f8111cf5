import { Injectable } from '@nestjs/common';
import type { IntervalMetered } from '@wattmesh/events';
import { isMeteringSignedBy, runCode } from '@wattmesh/gateway/encode-metering';
import type { EntityManager } from 'typeorm';
import { CommunityEntity, MeterEntity } from '../registry/registry.entity.ts';
import { UnknownCommunityError } from '../registry/registry.errors.ts';
import { hashCanonicalJson } from './hash-canonical-json.ts';
import { MeteringEntity } from './metering.entity.ts';
import { ForeignMeteringError, MeteringSignatureError, UnknownMeterError } from './metering.errors.ts';

@Injectable()
export class MeteringService {
  /** Keeps meterings that their own meter's key signed; one known already changes nothing. Returns them by community. */
  async keep(meterings: readonly IntervalMetered[], tx: EntityManager): Promise<Map<string, IntervalMetered[]>> {
    const byCommunity = new Map<string, IntervalMetered[]>();
    for (const metered of meterings) {
      const communityId = await this.keepOne(metered, tx);
      byCommunity.set(communityId, [...(byCommunity.get(communityId) ?? []), metered]);
    }
    return byCommunity;
  }

  private async keepOne(metered: IntervalMetered, tx: EntityManager): Promise<string> {
    const meter = await tx.findOneBy(MeterEntity, { meterId: metered.meterId });
    if (meter === null) throw new UnknownMeterError(metered.meterId);
    const { enrolled, communityId } = meter;
    if (enrolled.siteId !== metered.siteId || enrolled.role !== metered.role)
      throw new ForeignMeteringError(metered.meterId);
    const community = await tx.findOneBy(CommunityEntity, { communityId });
    if (community === null) throw new UnknownCommunityError(communityId);
    if (!isMeteringSignedBy(metered, community.config.chain, enrolled.publicKey))
      throw new MeteringSignatureError(metered.meterId);
    const isPlausible = Math.max(metered.importWh, metered.exportWh) <= enrolled.maxIntervalWh;
    const row = {
      meterId: metered.meterId,
      intervalStart: new Date(Date.parse(metered.intervalStart)).toISOString(),
      runNumber: runCode(metered.run),
      isUsable: isPlausible && metered.quality !== 'missing',
      hash: hashCanonicalJson(metered),
      metered,
    };
    await tx.createQueryBuilder().insert().into(MeteringEntity).values(row).orIgnore().execute();
    return communityId;
  }
}
