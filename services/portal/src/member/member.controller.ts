import { Controller, Get, Param } from '@nestjs/common';
import { ApiOkResponse } from '@nestjs/swagger';
import { MandateSigned } from '@wattmesh/events';
import { OnEvent } from '@wattmesh/platform';
import type { EntityManager } from '@wattmesh/platform/database';
import { siteIdsOf } from '../directory/community-directory.ts';
import { DirectoryService } from '../directory/directory.service.ts';
import { MemberView } from '../view/member-view.schema.ts';
import { MemberStore } from './member.store.ts';

@Controller('api/v1/members/:memberId')
export class MemberController {
  constructor(
    private readonly members: MemberStore,
    private readonly directory: DirectoryService,
  ) {}

  @Get()
  @ApiOkResponse({ standardSchema: MemberView })
  async find(@Param('memberId') memberId: string): Promise<MemberView> {
    const { directory, member } = await this.directory.member(memberId);
    const mandate = await this.members.newestMandate(memberId);
    const { name, communityId, role, wallet } = member;
    return {
      memberId,
      name,
      communityId,
      role,
      wallet,
      siteIds: siteIdsOf(directory, memberId),
      ...(mandate === undefined ? {} : { mandate: termsOf(mandate) }),
    };
  }

  @OnEvent(MandateSigned)
  onMandates(mandates: MandateSigned[], tx: EntityManager): Promise<void> {
    return this.members.keepMandates(mandates, tx);
  }
}

function termsOf(mandate: MandateSigned): NonNullable<MemberView['mandate']> {
  const { priceFloorMicroPerKwh, priceCeilingMicroPerKwh, capMicroPerPeriod, expiresAt, mandateHash } = mandate;
  return { priceFloorMicroPerKwh, priceCeilingMicroPerKwh, capMicroPerPeriod, expiresAt, mandateHash };
}
