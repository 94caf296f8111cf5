import { Injectable } from '@nestjs/common';
import { ReadinessCheck } from '@wattmesh/platform';
import { SitesService } from '../site/sites.service.ts';
import { RegistryService } from './registry.service.ts';

/** Not ready while the disk refuses what has to be kept; limits and commands are followed from memory all the same. */
@Injectable()
export class StoresCheck extends ReadinessCheck {
  readonly name = 'stores';

  constructor(
    private readonly sites: SitesService,
    private readonly registry: RegistryService,
  ) {
    super();
  }

  isReady(): boolean {
    return this.sites.storeTroubles.size === 0 && this.registry.storeTrouble === undefined;
  }
}
