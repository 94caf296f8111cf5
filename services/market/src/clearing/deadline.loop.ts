import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { Clock, type Cancel } from '@wattmesh/platform/clock';
import { Leadership } from '@wattmesh/platform/database';
import { CloserService } from './closer.service.ts';
import { IntervalStore } from './interval.store.ts';

const LOOK_S = 60;
const FIRST_GRACE_S = 15;

/**
 * The leader's deadlines, found in the database, since any instance may have taken the meterings that moved them. One that falls
 * before the next look gets a timer, so that it is met to the instant.
 */
@Injectable()
export class DeadlineLoop implements OnApplicationBootstrap {
  private readonly timers = new Map<string, Cancel>();
  /** When this leader first saw each community. */
  private readonly seenMs = new Map<string, number>();

  constructor(
    private readonly clock: Clock,
    private readonly leadership: Leadership,
    private readonly store: IntervalStore,
    private readonly closer: CloserService,
  ) {}

  onApplicationBootstrap(): void {
    this.leadership.onGained(() => {
      this.seenMs.clear();
      this.clock.at(this.clock.now(), 'market.deadlines.first', () => this.leadIn());
    });
    this.clock.every({ name: 'market.deadlines', periodS: LOOK_S }, () => this.leadIn());
  }

  private leadIn(): Promise<void> {
    return this.leadership.ifLeading(() => this.look());
  }

  /** After a change of leaders, and for a new community, what waits on the bus comes first: deadlines are held back a little. */
  private async look(): Promise<void> {
    const nowMs = this.clock.now();
    const nextLookMs = nowMs + this.clock.effectivePeriodS(LOOK_S) * 1000;
    for (const { communityId, dueMs } of await this.store.deadlines()) {
      const seenMs = this.seenMs.get(communityId) ?? nowMs;
      this.seenMs.set(communityId, seenMs);
      const atMs = Math.max(dueMs, seenMs + this.clock.expiryS(FIRST_GRACE_S) * 1000);
      if (atMs <= nextLookMs) this.arm(communityId, atMs);
    }
  }

  private arm(communityId: string, atMs: number): void {
    this.timers.get(communityId)?.();
    const close = (): Promise<void> => this.leadership.ifLeading(() => this.closer.closeOverdue(communityId));
    this.timers.set(communityId, this.clock.at(atMs, `market.close.${communityId}`, close));
  }
}
