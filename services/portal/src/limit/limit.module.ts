import { Module } from '@nestjs/common';
import { LimitController } from './limit.controller.ts';

@Module({ controllers: [LimitController] })
export class LimitModule {}
