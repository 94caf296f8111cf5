import { Module } from '@nestjs/common';
import { ForecastController } from './forecast.controller.ts';
import { ForecastStore } from './forecast.store.ts';

@Module({ controllers: [ForecastController], providers: [ForecastStore], exports: [ForecastStore] })
export class ForecastModule {}
