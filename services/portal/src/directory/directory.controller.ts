import { Controller, Get } from '@nestjs/common';
import { ApiOkResponse } from '@nestjs/swagger';
import { Clock } from '@wattmesh/platform';
import { PortalConfig } from '../portal.config.ts';
import { CommunityView } from '../view/community-view.schema.ts';
import { DirectoryService } from './directory.service.ts';
import { toCommunityView } from './to-community-view.ts';

@Controller('api/v1/communities')
export class DirectoryController {
  constructor(
    private readonly directory: DirectoryService,
    private readonly clock: Clock,
    private readonly config: PortalConfig,
  ) {}

  @Get()
  @ApiOkResponse({ standardSchema: CommunityView, isArray: true })
  async list(): Promise<CommunityView[]> {
    const { PORTAL_CHAIN_RPC: chainRpcUrl, PORTAL_IS_SIMULATED } = this.config;
    const now = {
      asOf: this.clock.nowIso(),
      speed: this.clock.pace,
      isSimulated: PORTAL_IS_SIMULATED === 'true',
      ...(chainRpcUrl === undefined ? {} : { chainRpcUrl }),
    };
    return (await this.directory.all()).map((directory) => toCommunityView(directory, now));
  }
}
