import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOkResponse } from '@nestjs/swagger';
import { BatchConfirmed } from '@wattmesh/events';
import { OnEvent } from '@wattmesh/platform';
import type { EntityManager } from '@wattmesh/platform/database';
import { DirectoryService } from '../directory/directory.service.ts';
import { BatchView } from '../view/batch-view.schema.ts';
import { LimitQuery } from '../view/limit-query.schema.ts';
import { BatchStore } from './batch.store.ts';

@Controller('api/v1/communities/:communityId/batches')
export class BatchController {
  constructor(
    private readonly batches: BatchStore,
    private readonly directory: DirectoryService,
  ) {}

  @Get()
  @ApiOkResponse({ standardSchema: BatchView, isArray: true })
  async list(
    @Param('communityId') communityId: string,
    @Query({ schema: LimitQuery }) { limit }: LimitQuery,
  ): Promise<BatchView[]> {
    await this.directory.community(communityId);
    return this.batches.newest(communityId, limit);
  }

  @OnEvent(BatchConfirmed)
  async onConfirmed(batches: BatchConfirmed[], tx: EntityManager): Promise<void> {
    for (const batch of batches) await this.batches.keep(batch, tx);
  }
}
