import { Module } from '@nestjs/common';
import { EventLogService } from './event-log.service.ts';

@Module({ providers: [EventLogService] })
export class EventLogModule {}
