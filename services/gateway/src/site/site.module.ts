import { Module } from '@nestjs/common';
import { GatewayConfig } from '../gateway.config.ts';
import { SitesCheck } from './sites.check.ts';
import { SitesService } from './sites.service.ts';

@Module({ providers: [GatewayConfig.provider, SitesService, SitesCheck], exports: [GatewayConfig, SitesService] })
export class SiteModule {}
