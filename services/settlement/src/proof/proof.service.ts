import { Injectable } from '@nestjs/common';
import type { IntervalHeader } from '@wattmesh/contracts';
import { EntityManager, IsNull, Not } from 'typeorm';
import { headerOfRun } from '../chain/header-of-run.ts';
import { TransactionEntity } from '../chain/transaction.entity.ts';
import { BookedRunEntity } from '../ledger/ledger.entity.ts';
import { CommunityEntity } from '../registry/registry.entity.ts';
import { SettlementConfig } from '../settlement.config.ts';
import { proveLeaf } from '../tree/build-tree.ts';
import { runNumberOf, type Leaf, type LeafPlace } from '../tree/hash-leaf.ts';
import { saltInterval } from '../tree/salt-interval.ts';
import { ProofNotFoundError } from './proof.errors.ts';
import type { ProofPath } from './proof.schema.ts';

/** Everything one needs to check a member's leaves against the chain without this service. */
export interface MemberProofs {
  readonly root: string;
  readonly leafCount: number;
  readonly tradeCount: number;
  /** State of the transaction that commits the root; absent while none is planned. */
  readonly commit?: TransactionEntity['status'];
  /** Headers of the interval's committed runs in their order: what the contract's verify functions ask for. */
  readonly history: readonly IntervalHeader[];
  readonly leaves: readonly { place: LeafPlace; leaf: Leaf; hash: string; siblings: string[] }[];
}

@Injectable()
export class ProofService {
  constructor(
    private readonly database: EntityManager,
    private readonly config: SettlementConfig,
  ) {}

  /** The member's account row and the trades it is a party to, in one interval and run. */
  async prove(path: ProofPath): Promise<MemberProofs> {
    const intervalStart = new Date(Date.parse(path.interval)).toISOString();
    const runs = await this.database.findBy(BookedRunEntity, { intervalStart, runNumber: runNumberOf(path.run) });
    const run = runs.find((each) => each.cleared.accounts.some((row) => row.memberId === path.memberId));
    if (run === undefined) throw new ProofNotFoundError(path);
    const { config } = await this.database.findOneByOrFail(CommunityEntity, { communityId: run.communityId });
    const { chainId, settlement } = config.chain;
    const tree = saltInterval(
      { ...run.cleared, intervalStart },
      { chainId, settlement, saltSeed: this.config.SETTLEMENT_SALT_SEED },
    );
    const commit =
      run.commitNonce === null ? null : await this.database.findOneBy(TransactionEntity, { nonce: run.commitNonce });
    return {
      root: run.root,
      leafCount: tree.leaves.length,
      tradeCount: run.cleared.trades.length,
      ...(commit === null ? {} : { commit: commit.status }),
      history: await this.history(run),
      leaves: tree.leaves
        .filter(({ leaf }) => isOf(leaf, path.memberId))
        .map((each) => ({ ...each, siblings: proveLeaf(tree, each.place.index) })),
    };
  }

  private async history({ communityId, intervalStart }: BookedRunEntity): Promise<IntervalHeader[]> {
    const where = { communityId, intervalStart, commitNonce: Not(IsNull()) };
    const runs = await this.database.find(BookedRunEntity, { where, order: { runNumber: 'ASC' } });
    return runs.map((run) => headerOfRun(run));
  }
}

function isOf(leaf: Leaf, memberId: string): boolean {
  if (leaf.kind === 'account') return leaf.fields.memberId === memberId;
  return leaf.fields.sellerMemberId === memberId || leaf.fields.buyerMemberId === memberId;
}
