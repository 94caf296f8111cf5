import { Module } from '@nestjs/common';
import { DatabaseModule } from '@wattmesh/platform/database';
import { BroadcastService } from './chain/broadcast.service.ts';
import { ChainReadiness } from './chain/chain-readiness.link.ts';
import { ChainLink, useChainProvider } from './chain/chain.link.ts';
import { ContractLink } from './chain/contract.link.ts';
import { FollowService } from './chain/follow.service.ts';
import { NextCallService } from './chain/next-call.service.ts';
import { PlanService } from './chain/plan.service.ts';
import { SubmitterLoop } from './chain/submitter.loop.ts';
import { SubmitterService } from './chain/submitter.service.ts';
import { AttemptEntity, TransactionEntity } from './chain/transaction.entity.ts';
import { TransactionStore } from './chain/transaction.store.ts';
import { TransactionService } from './chain/transaction.service.ts';
import { WatchService } from './chain/watch.service.ts';
import { LedgerController } from './ledger/ledger.controller.ts';
import { BookedRunEntity, LedgerRowEntity, WaitingRunEntity } from './ledger/ledger.entity.ts';
import { LedgerService } from './ledger/ledger.service.ts';
import { SettlementTables1790000002000 } from './migrations/1790000002000-settlement-tables.migration.ts';
import { PeriodEntity } from './netting/period.entity.ts';
import { ProofController } from './proof/proof.controller.ts';
import { ProofService } from './proof/proof.service.ts';
import { RegistryController } from './registry/registry.controller.ts';
import { CommunityEntity, MandateEntity } from './registry/registry.entity.ts';
import { SettlementConfig } from './settlement.config.ts';
import { StatementController } from './statement/statement.controller.ts';

const entities = [
  CommunityEntity,
  MandateEntity,
  BookedRunEntity,
  WaitingRunEntity,
  LedgerRowEntity,
  PeriodEntity,
  TransactionEntity,
  AttemptEntity,
];

@Module({
  imports: [DatabaseModule.forService({ schema: 'settlement', entities, migrations: [SettlementTables1790000002000] })],
  controllers: [RegistryController, LedgerController, StatementController, ProofController],
  providers: [
    SettlementConfig.provider,
    LedgerService,
    ProofService,
    ChainLink,
    ContractLink,
    PlanService,
    TransactionService,
    FollowService,
    TransactionStore,
    ChainReadiness,
    WatchService,
    NextCallService,
    BroadcastService,
    SubmitterService,
    SubmitterLoop,
  ],
})
export class AppModule {}

export { useChainProvider };
