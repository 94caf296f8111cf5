import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOkResponse } from '@nestjs/swagger';
import { CommandIssued, CommandProgressed } from '@wattmesh/events';
import { OnEvent } from '@wattmesh/platform';
import type { EntityManager } from '@wattmesh/platform/database';
import { DirectoryService } from '../directory/directory.service.ts';
import { CommandView } from '../view/command-view.schema.ts';
import { LimitQuery } from '../view/limit-query.schema.ts';
import { CommandStore } from './command.store.ts';

@Controller('api/v1/communities/:communityId/commands')
export class CommandController {
  constructor(
    private readonly commands: CommandStore,
    private readonly directory: DirectoryService,
  ) {}

  @Get()
  @ApiOkResponse({ standardSchema: CommandView, isArray: true })
  async list(
    @Param('communityId') communityId: string,
    @Query({ schema: LimitQuery }) { limit }: LimitQuery,
  ): Promise<CommandView[]> {
    const { sites } = await this.directory.community(communityId);
    return this.commands.newest(
      sites.map(({ siteId }) => siteId),
      limit,
    );
  }

  @OnEvent(CommandIssued)
  onIssued(commands: CommandIssued[], tx: EntityManager): Promise<void> {
    return this.commands.keepIssued(commands, tx);
  }

  @OnEvent(CommandProgressed)
  onProgress(progress: CommandProgressed[], tx: EntityManager): Promise<void> {
    return this.commands.keepProgress(progress, tx);
  }
}
