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
      const known = await tx.findOneBy(RegistrationEntity, { communityId });
      if (known && known.documentHash !== documentHash) {
        throw new CommunityRegisteredOtherwiseError(communityId);
      }
      if (!known) await this.save(tx, document, documentHash);
      return { communityId, documentHash, wasKnown: known !== null };
    });
  }

  private async save(tx: EntityManager, document: RegistryDocument, documentHash: string): Promise<void> {
    const registeredAt = new Date(this.clock.now());
    await tx.insert(RegistrationEntity, {
      communityId: document.community.communityId,
      documentHash,
      document,
      registeredAt,
    });
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
