import { Module } from '@nestjs/common';
import { AlarmModule } from '../alarm/alarm.module.ts';
import { ClearingController } from './clearing.controller.ts';
import { ClearingStore } from './clearing.store.ts';

@Module({ imports: [AlarmModule], controllers: [ClearingController], providers: [ClearingStore] })
export class ClearingModule {}
