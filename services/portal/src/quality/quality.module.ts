import { Module } from '@nestjs/common';
import { QualityController } from './quality.controller.ts';
import { QualityStore } from './quality.store.ts';

@Module({ controllers: [QualityController], providers: [QualityStore] })
export class QualityModule {}
