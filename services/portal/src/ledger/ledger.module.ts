import { Module } from '@nestjs/common';
import { LedgerController } from './ledger.controller.ts';
import { LedgerStore } from './ledger.store.ts';

@Module({ controllers: [LedgerController], providers: [LedgerStore] })
export class LedgerModule {}
