import { Module } from '@nestjs/common';
import { StreamPollerService } from './stream-poller.service.ts';
import { StreamController } from './stream.controller.ts';
import { StreamStore } from './stream.store.ts';

@Module({ controllers: [StreamController], providers: [StreamPollerService, StreamStore] })
export class StreamModule {}
