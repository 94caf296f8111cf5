import { Controller } from '@nestjs/common';
import { IntervalSettled } from '@wattmesh/events';
import { OnEvent } from '@wattmesh/platform';
import type { EntityManager } from '@wattmesh/platform/database';
import { DirectoryService } from '../directory/directory.service.ts';
import { LedgerStore } from './ledger.store.ts';

@Controller()
export class LedgerController {
  constructor(
    private readonly ledger: LedgerStore,
    private readonly directory: DirectoryService,
  ) {}

  /** In their order: it decides which period a row belongs to. */
  @OnEvent(IntervalSettled)
  async onSettled(intervals: IntervalSettled[], tx: EntityManager): Promise<void> {
    for (const settled of intervals) {
      const directory = await this.directory.find(settled.communityId);
      await this.ledger.keep(settled, directory?.community, tx);
    }
  }
}
