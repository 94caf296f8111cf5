import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOkResponse } from '@nestjs/swagger';
import { TimelineQuery, TimelineView } from '../view/timeline-view.schema.ts';
import { TimelineService } from './timeline.service.ts';

@Controller('api/v1/communities/:communityId/timeline')
export class TimelineController {
  constructor(private readonly timeline: TimelineService) {}

  @Get()
  @ApiOkResponse({ standardSchema: TimelineView })
  read(
    @Param('communityId') communityId: string,
    @Query({ schema: TimelineQuery }) query: TimelineQuery,
  ): Promise<TimelineView> {
    return this.timeline.read(communityId, query);
  }
}
