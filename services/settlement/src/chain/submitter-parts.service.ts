import { Injectable } from '@nestjs/common';
import { ChainLink } from './chain.link.ts';
import { FollowService } from './follow.service.ts';
import { PlanService } from './plan.service.ts';
import { TransactionService } from './transaction.service.ts';

/** What the submitter's loop moves. */
@Injectable()
export class SubmitterParts {
  constructor(
    readonly chain: ChainLink,
    readonly planner: PlanService,
    readonly signer: TransactionService,
    readonly follow: FollowService,
  ) {}
}
