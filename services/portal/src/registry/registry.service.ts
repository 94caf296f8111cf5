import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import {
  CommunityConfigured,
  DeviceRegistered,
  MemberRegistered,
  MeterEnrolled,
  SiteConfigured,
} from '@wattmesh/events';
import { Clock } from '@wattmesh/platform';
import { Outbox, Transactions } from '@wattmesh/platform/database';
import type { EntityManager } from 'typeorm';
import { findContradictions } from './find-contradictions.ts';
import { RegistrationEntity } from './registration.entity.ts';
import { CommunityRegisteredOtherwiseError, RegistryContradictoryError } from './registry.errors.ts';
import type { RegistrationView, RegistryDocument } from './registry.schema.ts';

@Injectable()
export class RegistryService {
  constructor(
    private readonly transactions: Transactions,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
  ) {}

  /**
   * Registers a community once: the same document again changes nothing.
   * Throws RegistryContradictoryError, and CommunityRegisteredOtherwiseError where the id is taken by another document.
   */
  async register(document: RegistryDocument): Promise<RegistrationView> {
    const contradictions = findContradictions(document);
    if (contradictions.length > 0) throw new RegistryContradictoryError(contradictions);
    const { communityId } = document.community;
    const documentHash = createHash('sha256').update(JSON.stringify(document)).digest('hex');
    return this.transactions.run(async (tx) => {
      const wasKnown = !(await this.claim(tx, document, documentHash));
      if (wasKnown) await this.assertSame(tx, { communityId, documentHash });
      else await this.publish(tx, document);
      return { communityId, documentHash, wasKnown };
    });
  }

  /** False where the id is taken; of two instances that register at once, one waits here for the other. */
  private async claim(tx: EntityManager, document: RegistryDocument, documentHash: string): Promise<boolean> {
    const { communityId } = document.community;
    const registeredAt = new Date(this.clock.now());
    const inserted = await tx
      .createQueryBuilder()
      .insert()
      .into(RegistrationEntity)
      .values({ communityId, documentHash, document, registeredAt })
      .orIgnore()
      .returning(['communityId'])
      .execute();
    return (inserted.raw as unknown[]).length > 0;
  }

  private async assertSame(
    tx: EntityManager,
    { communityId, documentHash }: { communityId: string; documentHash: string },
  ): Promise<void> {
    const isSame = await tx.existsBy(RegistrationEntity, { communityId, documentHash });
    if (!isSame) throw new CommunityRegisteredOtherwiseError(communityId);
  }

  private async publish(tx: EntityManager, document: RegistryDocument): Promise<void> {
    await this.outbox.publish(tx, MemberRegistered, document.members);
    await this.outbox.publish(tx, CommunityConfigured, document.community);
    await this.outbox.publish(tx, SiteConfigured, document.sites);
    await this.outbox.publish(tx, DeviceRegistered, document.devices);
    await this.outbox.publish(tx, MeterEnrolled, document.meters);
  }

  async find(communityId: string): Promise<RegistryDocument | undefined> {
    const found = await this.transactions.run((tx) => tx.findOneBy(RegistrationEntity, { communityId }));
    return found?.document;
  }
}
