import { Module } from '@nestjs/common';
import { MemberController } from './member.controller.ts';
import { MemberStore } from './member.store.ts';

@Module({ controllers: [MemberController], providers: [MemberStore] })
export class MemberModule {}
