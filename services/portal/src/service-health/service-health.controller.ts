import { Controller, Get, Param } from '@nestjs/common';
import { ApiOkResponse } from '@nestjs/swagger';
import { DirectoryService } from '../directory/directory.service.ts';
import { ServiceView } from '../view/service-view.schema.ts';
import { ServiceHealthService } from './service-health.service.ts';

@Controller('api/v1/communities/:communityId/services')
export class ServiceHealthController {
  constructor(
    private readonly health: ServiceHealthService,
    private readonly directory: DirectoryService,
  ) {}

  @Get()
  @ApiOkResponse({ standardSchema: ServiceView, isArray: true })
  async list(@Param('communityId') communityId: string): Promise<ServiceView[]> {
    await this.directory.community(communityId);
    return this.health.list();
  }
}
