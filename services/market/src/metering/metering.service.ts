import { Injectable } from '@nestjs/common';
import type { CommunityConfigured, IntervalMetered, MeterEnrolled } from '@wattmesh/events';
import { isMeteringSignedBy, runCode } from '@wattmesh/gateway/encode-metering';
import type { DomainError } from '@wattmesh/platform';
import { In, type EntityManager } from 'typeorm';
import { CommunityEntity, MeterEntity } from '../registry/registry.entity.ts';
import { hashCanonicalJson } from './hash-canonical-json.ts';
import { isUsable } from './is-usable.ts';
import { MeteringEntity, WaitingMeteringEntity } from './metering.entity.ts';
import { ForeignMeteringError, MeteringSignatureError } from './metering.errors.ts';

const WAITING_LOCK = 'market waiting meterings';

@Injectable()
export class MeteringService {
  /**
   * Keeps meterings that their own meter's key signed; one known already changes nothing. One whose meter is not enrolled yet
   * waits for that. Returns what was kept by community, in the order in which everyone locks communities.
   */
  async keep(meterings: readonly IntervalMetered[], tx: EntityManager): Promise<Map<string, IntervalMetered[]>> {
    const byCommunity = new Map<string, IntervalMetered[]>();
    for (const metered of meterings) {
      const communityId = await this.keepOne(metered, tx);
      if (communityId !== undefined) byCommunity.set(communityId, [...(byCommunity.get(communityId) ?? []), metered]);
    }
    return new Map([...byCommunity].sort(([one], [other]) => (one < other ? -1 : 1)));
  }

  /** Of an enrolment and a metering that comes at the same time, one sees the other: else the metering would wait for ever. */
  async lockWaiting(tx: EntityManager): Promise<void> {
    await tx.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [WAITING_LOCK]);
  }

  /** Keeps what waited for these meters; what their keys did not sign is dropped. */
  async keepWaiting(meterIds: readonly string[], tx: EntityManager): Promise<Map<string, IntervalMetered[]>> {
    const waiting = await tx.find(WaitingMeteringEntity, {
      where: { meterId: In(meterIds) },
      order: { intervalStart: 'ASC', hash: 'ASC' },
    });
    await tx.delete(WaitingMeteringEntity, { meterId: In(meterIds) });
    const genuine: IntervalMetered[] = [];
    for (const { metered } of waiting) if ((await this.refusal(metered, tx)) === undefined) genuine.push(metered);
    return this.keep(genuine, tx);
  }

  private async keepOne(metered: IntervalMetered, tx: EntityManager): Promise<string | undefined> {
    const intervalStart = new Date(Date.parse(metered.intervalStart)).toISOString();
    const hash = hashCanonicalJson(metered);
    const place = { meterId: metered.meterId, intervalStart, runNumber: runCode(metered.run), hash };
    let source = await this.sourceOf(metered.meterId, tx);
    if (source === undefined) {
      await this.lockWaiting(tx);
      source = await this.sourceOf(metered.meterId, tx);
    }
    if (source === undefined) {
      await insertOnce(tx, WaitingMeteringEntity, { ...place, metered });
      return undefined;
    }
    const refusal = await this.refusal(metered, tx);
    if (refusal !== undefined) throw refusal;
    await insertOnce(tx, MeteringEntity, { ...place, isUsable: isUsable(metered, source.enrolled), metered });
    return source.enrolled.communityId;
  }

  private async refusal(metered: IntervalMetered, tx: EntityManager): Promise<DomainError | undefined> {
    const source = await this.sourceOf(metered.meterId, tx);
    if (source === undefined) return undefined;
    const { siteId, role, publicKey } = source.enrolled;
    if (siteId !== metered.siteId || role !== metered.role) return new ForeignMeteringError(metered.meterId);
    return isMeteringSignedBy(metered, source.chain, publicKey)
      ? undefined
      : new MeteringSignatureError(metered.meterId);
  }

  private async sourceOf(
    meterId: string,
    tx: EntityManager,
  ): Promise<(Pick<CommunityConfigured, 'chain'> & { enrolled: MeterEnrolled }) | undefined> {
    const meter = await tx.findOneBy(MeterEntity, { meterId });
    if (meter === null) return undefined;
    const community = await tx.findOneBy(CommunityEntity, { communityId: meter.communityId });
    return community === null ? undefined : { enrolled: meter.enrolled, chain: community.config.chain };
  }
}

async function insertOnce(
  tx: EntityManager,
  table: typeof MeteringEntity | typeof WaitingMeteringEntity,
  row: object,
): Promise<void> {
  await tx.createQueryBuilder().insert().into(table).values(row).orIgnore().execute();
}
