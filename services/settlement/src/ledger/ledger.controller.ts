import { Controller } from '@nestjs/common';
import { IntervalCleared } from '@wattmesh/events';
import { OnEvent } from '@wattmesh/platform';
import type { EntityManager } from 'typeorm';
import { LedgerService } from './ledger.service.ts';

@Controller()
export class LedgerController {
  constructor(private readonly ledger: LedgerService) {}

  @OnEvent(IntervalCleared)
  onCleared(intervals: IntervalCleared[], tx: EntityManager): Promise<void> {
    return this.ledger.take(intervals, tx);
  }
}
