import { Injectable } from '@nestjs/common';
import { Clock } from '@wattmesh/platform';
import { EntityManager } from 'typeorm';

/** The newest wish for a plan: whichever instance heard of it, the leader finds it here. */
export interface PlanRequest {
  /** Counts requests in the order of their commits: each waits for the row of the one before. */
  number: number;
  requestedAtMs: number;
}

@Injectable()
export class PlanRequestStore {
  constructor(
    private readonly database: EntityManager,
    private readonly clock: Clock,
  ) {}

  /** Asks for a plan if and only if the transaction commits. Do it last: others wait for the row. */
  async ask(tx: EntityManager): Promise<void> {
    await tx.query('update plan_request set number = number + 1, requested_at = $1', [this.clock.nowIso()]);
  }

  async newest(): Promise<PlanRequest> {
    const rows: { number: string; requested_at: Date }[] = await this.database.query(
      'select number, requested_at from plan_request',
    );
    return { number: Number(rows[0]?.number), requestedAtMs: rows[0]?.requested_at.getTime() ?? 0 };
  }
}
