import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOkResponse } from '@nestjs/swagger';
import { IntervalCleared } from '@wattmesh/events';
import { OnEvent } from '@wattmesh/platform';
import type { EntityManager } from '@wattmesh/platform/database';
import { AlarmStore } from '../alarm/alarm.store.ts';
import { alarmsOfClearing } from '../alarm/alarms-of-clearing.ts';
import { DirectoryService } from '../directory/directory.service.ts';
import { ClearingPath, ClearingQuery, ClearingView, TradeView } from '../view/clearing-view.schema.ts';
import { ClearingUnknownError } from './clearing.errors.ts';
import { ClearingStore } from './clearing.store.ts';

@Controller('api/v1/communities/:communityId/clearings')
export class ClearingController {
  constructor(
    private readonly clearings: ClearingStore,
    private readonly alarms: AlarmStore,
    private readonly directory: DirectoryService,
  ) {}

  @Get()
  @ApiOkResponse({ standardSchema: ClearingView, isArray: true })
  async list(
    @Param('communityId') communityId: string,
    @Query({ schema: ClearingQuery }) query: ClearingQuery,
  ): Promise<ClearingView[]> {
    await this.directory.community(communityId);
    const { limit, from, to } = query;
    return this.clearings.list(communityId, {
      limit,
      ...(from === undefined ? {} : { from }),
      ...(to === undefined ? {} : { to }),
    });
  }

  @Get(':intervalStart/trades')
  @ApiOkResponse({ standardSchema: TradeView, isArray: true })
  async trades(@Param({ schema: ClearingPath }) { communityId, intervalStart }: ClearingPath): Promise<TradeView[]> {
    await this.directory.community(communityId);
    const trades = await this.clearings.trades(communityId, intervalStart);
    if (trades === undefined) throw new ClearingUnknownError(communityId, intervalStart);
    return trades;
  }

  @OnEvent(IntervalCleared)
  async onCleared(intervals: IntervalCleared[], tx: EntityManager): Promise<void> {
    for (const cleared of intervals) {
      await this.clearings.keep(cleared, tx);
      const newest = await this.clearings.newestStart(cleared.communityId, tx);
      if (newest === undefined || Date.parse(cleared.intervalStart) < Date.parse(newest)) continue;
      const directory = await this.directory.find(cleared.communityId);
      if (directory !== undefined) await this.alarms.setActive(alarmsOfClearing(cleared, directory.meters), tx);
    }
  }
}
