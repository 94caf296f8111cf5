import { Module } from '@nestjs/common';
import { DispatcherConfig } from '../dispatcher.config.ts';
import { PlanLoop } from './plan.loop.ts';
import { PlanService } from './plan.service.ts';
import { SolverLink } from './solver.link.ts';

@Module({ providers: [PlanLoop, PlanService, SolverLink, DispatcherConfig.provider], exports: [PlanLoop] })
export class PlanModule {}
