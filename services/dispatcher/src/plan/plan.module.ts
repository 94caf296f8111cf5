import { Module } from '@nestjs/common';
import { SignModule } from '../signing/sign.module.ts';
import { PlanLoop } from './plan.loop.ts';
import { PlanReport } from './plan-report.service.ts';
import { PlanRequestStore } from './plan-request.store.ts';
import { PlanService } from './plan.service.ts';
import { SolverLink } from './solver.link.ts';

@Module({
  imports: [SignModule],
  providers: [PlanLoop, PlanReport, PlanRequestStore, PlanService, SolverLink],
  exports: [PlanLoop, PlanRequestStore],
})
export class PlanModule {}
