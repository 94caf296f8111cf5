import { Controller } from '@nestjs/common';
import { IntervalMetered } from '@wattmesh/events';
import { OnEvent } from '@wattmesh/platform';
import type { EntityManager } from '@wattmesh/platform/database';
import { DirectoryService } from '../directory/directory.service.ts';
import { EnergyStore } from './energy.store.ts';

@Controller()
export class EnergyController {
  constructor(
    private readonly energies: EnergyStore,
    private readonly directory: DirectoryService,
  ) {}

  @OnEvent(IntervalMetered)
  async onMetered(meterings: IntervalMetered[], tx: EntityManager): Promise<void> {
    const communities = await this.directory.communitiesOfSites(meterings.map(({ siteId }) => siteId));
    await this.energies.keep(meterings, communities, tx);
  }
}
