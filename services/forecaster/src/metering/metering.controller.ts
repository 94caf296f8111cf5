import { Controller } from '@nestjs/common';
import { IntervalMetered } from '@wattmesh/events';
import { OnEvent } from '@wattmesh/platform';
import type { EntityManager } from 'typeorm';
import { MeteringService } from './metering.service.ts';

@Controller()
export class MeteringController {
  constructor(private readonly meterings: MeteringService) {}

  @OnEvent(IntervalMetered)
  onMeterings(meterings: IntervalMetered[], tx: EntityManager): Promise<void> {
    return this.meterings.keep(meterings, tx);
  }
}
