import { Controller } from '@nestjs/common';
import { CommunityConfigured, MandateSigned } from '@wattmesh/events';
import { OnEvent } from '@wattmesh/platform';
import type { EntityManager } from 'typeorm';
import { CommunityEntity, MandateEntity } from './registry.entity.ts';

@Controller()
export class RegistryController {
  @OnEvent(CommunityConfigured)
  async onCommunities(communities: CommunityConfigured[], tx: EntityManager): Promise<void> {
    for (const config of communities) {
      await tx.upsert(CommunityEntity, { communityId: config.communityId, config }, ['communityId']);
    }
  }

  @OnEvent(MandateSigned)
  async onMandates(mandates: MandateSigned[], tx: EntityManager): Promise<void> {
    for (const signed of mandates) {
      const { mandateHash, communityId, memberId, nonce } = signed;
      await tx.upsert(MandateEntity, { mandateHash, communityId, memberId, nonce, signed }, ['mandateHash']);
    }
  }
}
