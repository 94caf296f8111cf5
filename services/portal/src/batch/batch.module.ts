import { Module } from '@nestjs/common';
import { BatchController } from './batch.controller.ts';
import { BatchStore } from './batch.store.ts';

@Module({ controllers: [BatchController], providers: [BatchStore] })
export class BatchModule {}
