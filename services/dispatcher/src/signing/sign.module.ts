import { Module } from '@nestjs/common';
import { DispatcherConfig } from '../dispatcher.config.ts';
import { SignerService } from './signer.service.ts';

@Module({ providers: [SignerService, DispatcherConfig.provider], exports: [SignerService] })
export class SignModule {}
