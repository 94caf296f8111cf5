import { Controller } from '@nestjs/common';
import { CommunityConfigured, MemberRegistered, MeterEnrolled } from '@wattmesh/events';
import { OnEvent } from '@wattmesh/platform';
import type { EntityManager } from 'typeorm';
import { CloserService } from '../clearing/closer.service.ts';
import { RegistryService } from './registry.service.ts';

@Controller()
export class RegistryController {
  constructor(
    private readonly registry: RegistryService,
    private readonly closer: CloserService,
  ) {}

  @OnEvent(CommunityConfigured)
  async onCommunities(communities: CommunityConfigured[], tx: EntityManager): Promise<void> {
    for (const community of communities) {
      await this.registry.configure(community, tx);
      this.closer.watch(community.communityId);
    }
  }

  @OnEvent(MemberRegistered)
  async onMembers(members: MemberRegistered[], tx: EntityManager): Promise<void> {
    for (const member of members) await this.registry.register(member, tx);
  }

  @OnEvent(MeterEnrolled)
  async onMeters(meters: MeterEnrolled[], tx: EntityManager): Promise<void> {
    for (const meter of meters) await this.registry.enrol(meter, tx);
  }
}
