import { Injectable } from '@nestjs/common';
import type { CommunityConfigured, MemberRegistered, MeterEnrolled } from '@wattmesh/events';
import { INTERVAL_MS } from '@wattmesh/platform/clock';
import type { EntityManager } from 'typeorm';
import { findTariffGap } from '../tariff/find-tariff-gap.ts';
import { CommunityEntity, MemberEntity, MeterEntity } from './registry.entity.ts';
import { TariffError, UnknownCommunityError, UnknownMemberError } from './registry.errors.ts';

@Injectable()
export class RegistryService {
  /** Keeps the newest configuration; the first interval is the first whole one from the community's start. */
  async configure(config: CommunityConfigured, tx: EntityManager): Promise<void> {
    checkTariff(config);
    const known = await tx.findOneBy(CommunityEntity, { communityId: config.communityId });
    if (known !== null) {
      await tx.update(CommunityEntity, { communityId: config.communityId }, { config });
      return;
    }
    const firstMs = Math.ceil(Date.parse(config.startsAt) / INTERVAL_MS) * INTERVAL_MS;
    const nextIntervalStart = new Date(firstMs).toISOString();
    await tx.insert(CommunityEntity, { communityId: config.communityId, config, nextIntervalStart });
  }

  async register(registered: MemberRegistered, tx: EntityManager): Promise<void> {
    const { memberId, communityId } = registered;
    await tx.upsert(MemberEntity, { memberId, communityId, registered }, ['memberId']);
  }

  async enrol(enrolled: MeterEnrolled, tx: EntityManager): Promise<void> {
    const { meterId, communityId } = enrolled;
    await tx.upsert(MeterEntity, { meterId, communityId, enrolled }, ['meterId']);
  }

  async meterIds(communityId: string, tx: EntityManager): Promise<string[]> {
    return (await tx.findBy(MeterEntity, { communityId })).map((meter) => meter.meterId);
  }

  /** The community's row, locked: whoever closes intervals or takes orders of a community does so alone. */
  async lock(communityId: string, tx: EntityManager): Promise<CommunityEntity> {
    const community = await tx.findOne(CommunityEntity, {
      where: { communityId },
      lock: { mode: 'pessimistic_write' },
    });
    if (community === null) throw new UnknownCommunityError(communityId);
    return community;
  }

  async member(memberId: string, communityId: string, tx: EntityManager): Promise<MemberRegistered> {
    const member = await tx.findOneBy(MemberEntity, { memberId, communityId });
    if (member === null) throw new UnknownMemberError(memberId, communityId);
    return member.registered;
  }
}

function checkTariff(config: CommunityConfigured): void {
  const gap = findTariffGap(config.tariff);
  if (gap !== undefined)
    throw new TariffError(config.communityId, `no band covers ${gap.slice(11, 16)} in month ${gap.slice(5, 7)}`);
  if (!isTimeZone(config.timeZone)) throw new TariffError(config.communityId, `there is no zone ${config.timeZone}`);
}

function isTimeZone(timeZone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en-US', { timeZone }).resolvedOptions().timeZone.length > 0;
  } catch {
    return false;
  }
}
