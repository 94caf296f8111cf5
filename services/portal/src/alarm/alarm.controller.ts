import { Controller, Get, Param } from '@nestjs/common';
import { ApiOkResponse } from '@nestjs/swagger';
import { DirectoryService } from '../directory/directory.service.ts';
import { AlarmView } from '../view/alarm-view.schema.ts';
import { AlarmStore } from './alarm.store.ts';

@Controller('api/v1/communities/:communityId/alarms')
export class AlarmController {
  constructor(
    private readonly alarms: AlarmStore,
    private readonly directory: DirectoryService,
  ) {}

  @Get()
  @ApiOkResponse({ standardSchema: AlarmView, isArray: true })
  async list(@Param('communityId') communityId: string): Promise<AlarmView[]> {
    await this.directory.community(communityId);
    return this.alarms.list(communityId);
  }
}
