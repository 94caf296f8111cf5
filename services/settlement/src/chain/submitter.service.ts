import { Injectable } from '@nestjs/common';
import { BroadcastService } from './broadcast.service.ts';
import { DeepReorganisationError } from './chain.errors.ts';
import { NextCallService } from './next-call.service.ts';
import { WatchService } from './watch.service.ts';

const ROUNDS_PER_TICK = 8;

/**
 * Writes to the chain. Each tick: see what the chain shows, plan and sign what comes next in one database transaction, then
 * send every transaction that is not mined. A tick of another instance at the same time does no harm: nonces and signed bytes
 * are drawn one after the other in the database, and to send them again is free.
 */
@Injectable()
export class SubmitterService {
  constructor(
    private readonly watch: WatchService,
    private readonly nextCall: NextCallService,
    private readonly broadcast: BroadcastService,
  ) {}

  /** Goes on while a chain that mines at once lets it; what failed of single communities is thrown when all had their turn. */
  async tick(): Promise<void> {
    await this.restoreLost();
    const failures = new Map<string, unknown>();
    for (let round = 0; round < ROUNDS_PER_TICK; round += 1) {
      await this.watch.follow();
      const isSigned = await this.nextCall.sign(failures);
      const isMined = await this.broadcast.sendOpen();
      if (!isSigned && !isMined) break;
    }
    if (failures.size > 1) throw new AggregateError(failures.values(), `stuck: ${[...failures.keys()].join(', ')}`);
    for (const failure of failures.values()) throw failure;
  }

  /** Nothing is planned on top of a chain that lacks what counted as final. */
  private async restoreLost(): Promise<void> {
    const lost = await this.watch.lost();
    for (const transaction of lost) await this.broadcast.send(transaction);
    if (lost.length > 0) throw new DeepReorganisationError(lost[0]!.nonce);
  }
}
