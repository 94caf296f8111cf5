import { Module } from '@nestjs/common';
import { PlanController } from './plan.controller.ts';
import { PlanStore } from './plan.store.ts';

@Module({ controllers: [PlanController], providers: [PlanStore], exports: [PlanStore] })
export class PlanModule {}
