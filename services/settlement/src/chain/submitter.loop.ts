import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Clock, type Cancel } from '@wattmesh/platform/clock';
import { Leadership } from '@wattmesh/platform/database';
import { SettlementConfig } from '../settlement.config.ts';
import { SubmitterService } from './submitter.service.ts';

/** Ticks of the submitter, in the leader alone. */
@Injectable()
export class SubmitterLoop implements OnApplicationBootstrap, OnApplicationShutdown {
  private cancel: Cancel | undefined;

  constructor(
    private readonly submitter: SubmitterService,
    private readonly leadership: Leadership,
    private readonly config: SettlementConfig,
    private readonly clock: Clock,
  ) {}

  onApplicationBootstrap(): void {
    this.cancel = this.clock.every({ name: 'settlement.chain', periodS: this.config.SETTLEMENT_CHAIN_PERIOD_S }, () =>
      this.leadership.ifLeading(() => this.submitter.tick()),
    );
  }

  onApplicationShutdown(): void {
    this.cancel?.();
  }
}
