import { Module } from '@nestjs/common';
import { AlarmModule } from '../alarm/alarm.module.ts';
import { DeviceController } from './device.controller.ts';
import { DeviceStore } from './device.store.ts';

@Module({ imports: [AlarmModule], controllers: [DeviceController], providers: [DeviceStore], exports: [DeviceStore] })
export class DeviceModule {}
