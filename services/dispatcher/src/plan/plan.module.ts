import { Module } from '@nestjs/common';
import { SignModule } from '../signing/sign.module.ts';
import { PlanLoop } from './plan.loop.ts';
import { PlanService } from './plan.service.ts';
import { SolverLink } from './solver.link.ts';

@Module({ imports: [SignModule], providers: [PlanLoop, PlanService, SolverLink], exports: [PlanLoop] })
export class PlanModule {}
