import { Module } from '@nestjs/common';
import { DeviceModule } from '../device/device.module.ts';
import { NowController } from './now.controller.ts';

@Module({ imports: [DeviceModule], controllers: [NowController] })
export class NowModule {}
