import { Module } from '@nestjs/common';
import { AlarmController } from './alarm.controller.ts';
import { AlarmStore } from './alarm.store.ts';

@Module({ controllers: [AlarmController], providers: [AlarmStore], exports: [AlarmStore] })
export class AlarmModule {}
