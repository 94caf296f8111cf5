import { Injectable } from '@nestjs/common';
import { ReadinessCheck } from '@wattmesh/platform';
import { SitesService } from './sites.service.ts';

/** Not ready while a registered site cannot be run. */
@Injectable()
export class SitesCheck extends ReadinessCheck {
  readonly name = 'sites';

  constructor(private readonly sites: SitesService) {
    super();
  }

  isReady(): boolean {
    return this.sites.failures.size === 0;
  }
}
