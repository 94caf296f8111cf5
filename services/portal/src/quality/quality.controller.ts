import { Controller, Get, Param } from '@nestjs/common';
import { ApiOkResponse } from '@nestjs/swagger';
import { DirectoryService } from '../directory/directory.service.ts';
import { MeterQualityView } from '../view/meter-quality-view.schema.ts';
import { QualityStore } from './quality.store.ts';

@Controller('api/v1/communities/:communityId/quality')
export class QualityController {
  constructor(
    private readonly qualities: QualityStore,
    private readonly directory: DirectoryService,
  ) {}

  @Get()
  @ApiOkResponse({ standardSchema: MeterQualityView, isArray: true })
  async list(@Param('communityId') communityId: string): Promise<MeterQualityView[]> {
    return this.qualities.list(await this.directory.community(communityId));
  }
}
