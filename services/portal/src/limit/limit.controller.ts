import { Controller, Get, Param } from '@nestjs/common';
import { ApiOkResponse } from '@nestjs/swagger';
import { DirectoryService } from '../directory/directory.service.ts';
import { LimitView } from '../view/limit-view.schema.ts';
import { listLimits } from './list-limits.ts';

@Controller('api/v1/communities/:communityId/limits')
export class LimitController {
  constructor(private readonly directory: DirectoryService) {}

  @Get()
  @ApiOkResponse({ standardSchema: LimitView, isArray: true })
  async list(@Param('communityId') communityId: string): Promise<LimitView[]> {
    return listLimits(await this.directory.community(communityId));
  }
}
