import { createHash, timingSafeEqual } from 'node:crypto';
import { Body, Controller, Get, Headers, HttpCode, NotFoundException, Param, Post } from '@nestjs/common';
import { PortalConfig } from '../portal.config.ts';
import { RegistrationNotAllowedError } from './registry.errors.ts';
import { RegistryDocument, type RegistrationView } from './registry.schema.ts';
import { RegistryService } from './registry.service.ts';

@Controller('api/v1/communities')
export class RegistryController {
  constructor(
    private readonly registry: RegistryService,
    private readonly config: PortalConfig,
  ) {}

  @Post()
  @HttpCode(200)
  register(
    @Body({ schema: RegistryDocument }) document: RegistryDocument,
    @Headers('authorization') authorization?: string,
  ): Promise<RegistrationView> {
    const token = this.config.PORTAL_REGISTRATION_TOKEN;
    if (token === undefined || !isSame(authorization ?? '', `Bearer ${token}`)) throw new RegistrationNotAllowedError();
    return this.registry.register(document);
  }

  @Get(':communityId')
  async find(@Param('communityId') communityId: string): Promise<RegistryDocument> {
    const document = await this.registry.find(communityId);
    if (!document) throw new NotFoundException(`Community ${communityId} is not registered.`);
    return document;
  }
}

/** In the same time wherever the two differ. */
function isSame(given: string, expected: string): boolean {
  const [one, other] = [given, expected].map((text) => createHash('sha256').update(text).digest());
  return one !== undefined && other !== undefined && timingSafeEqual(one, other);
}
