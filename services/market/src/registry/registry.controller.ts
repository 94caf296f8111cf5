import { Controller } from '@nestjs/common';
import { CommunityConfigured, MemberRegistered, MeterEnrolled } from '@wattmesh/events';
import { OnEvent } from '@wattmesh/platform';
import type { EntityManager } from 'typeorm';
import { CloserService } from '../clearing/closer.service.ts';
import { MeteringService } from '../metering/metering.service.ts';
import { RegistryService } from './registry.service.ts';

@Controller()
export class RegistryController {
  constructor(
    private readonly registry: RegistryService,
    private readonly meterings: MeteringService,
    private readonly closer: CloserService,
  ) {}

  @OnEvent(CommunityConfigured)
  async onCommunities(communities: CommunityConfigured[], tx: EntityManager): Promise<void> {
    await this.meterings.lockWaiting(tx);
    for (const community of communities) {
      await this.registry.configure(community, tx);
      await this.takeWaiting(await this.registry.meterIds(community.communityId, tx), tx);
    }
  }

  @OnEvent(MemberRegistered)
  async onMembers(members: MemberRegistered[], tx: EntityManager): Promise<void> {
    for (const member of members) await this.registry.register(member, tx);
  }

  @OnEvent(MeterEnrolled)
  async onMeters(meters: MeterEnrolled[], tx: EntityManager): Promise<void> {
    await this.meterings.lockWaiting(tx);
    for (const meter of meters) await this.registry.enrol(meter, tx);
    const meterIds = meters.map((meter) => meter.meterId);
    await this.takeWaiting(meterIds, tx);
  }

  private async takeWaiting(meterIds: string[], tx: EntityManager): Promise<void> {
    for (const [communityId, kept] of await this.meterings.keepWaiting(meterIds, tx))
      await this.closer.take(communityId, kept, tx);
  }
}
