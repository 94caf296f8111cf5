import { Controller } from '@nestjs/common';
import { CommunityConfigured, MandateSigned } from '@wattmesh/events';
import { OnEvent } from '@wattmesh/platform';
import type { EntityManager } from 'typeorm';
import { LedgerService } from '../ledger/ledger.service.ts';
import { CommunityEntity, MandateEntity } from './registry.entity.ts';

@Controller()
export class RegistryController {
  constructor(private readonly ledger: LedgerService) {}

  @OnEvent(CommunityConfigured)
  async onCommunities(communities: CommunityConfigured[], tx: EntityManager): Promise<void> {
    for (const config of communities) {
      await tx.upsert(CommunityEntity, { communityId: config.communityId, config }, ['communityId']);
    }
    await this.ledger.bookWaiting(
      communities.map(({ communityId }) => communityId),
      tx,
    );
  }

  @OnEvent(MandateSigned)
  async onMandates(mandates: MandateSigned[], tx: EntityManager): Promise<void> {
    for (const signed of mandates) {
      const { mandateHash, communityId, memberId, nonce } = signed;
      await tx.upsert(MandateEntity, { mandateHash, communityId, memberId, nonce, signed }, ['mandateHash']);
    }
    await this.ledger.bookWaiting(
      mandates.map(({ communityId }) => communityId),
      tx,
    );
  }
}
