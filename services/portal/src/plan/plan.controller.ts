import { Controller } from '@nestjs/common';
import { PlanPublished } from '@wattmesh/events';
import { OnEvent } from '@wattmesh/platform';
import type { EntityManager } from '@wattmesh/platform/database';
import { batteriesOf } from '../directory/community-directory.ts';
import { DirectoryService } from '../directory/directory.service.ts';
import { PlanStore } from './plan.store.ts';

@Controller()
export class PlanController {
  constructor(
    private readonly plans: PlanStore,
    private readonly directory: DirectoryService,
  ) {}

  @OnEvent(PlanPublished)
  async onPlans(plans: PlanPublished[], tx: EntityManager): Promise<void> {
    const communities = await this.directory.communitiesOfSites(plans.map(({ siteId }) => siteId));
    const batteries = [...communities].flatMap(([siteId, directory]) => batteriesOf(directory, siteId));
    await this.plans.keep(plans, new Map(batteries.map(({ deviceId, battery }) => [deviceId, battery.capacityWh])), tx);
  }
}
