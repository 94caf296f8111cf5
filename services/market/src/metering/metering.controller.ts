import { Controller } from '@nestjs/common';
import { IntervalMetered } from '@wattmesh/events';
import { OnEvent } from '@wattmesh/platform';
import type { EntityManager } from 'typeorm';
import { CloserService } from '../clearing/closer.service.ts';
import { MeteringService } from './metering.service.ts';

@Controller()
export class MeteringController {
  constructor(
    private readonly meterings: MeteringService,
    private readonly closer: CloserService,
  ) {}

  @OnEvent(IntervalMetered)
  async onMeterings(meterings: IntervalMetered[], tx: EntityManager): Promise<void> {
    for (const [communityId, kept] of await this.meterings.keep(meterings, tx))
      await this.closer.take(communityId, kept, tx);
  }
}
