import { Module } from '@nestjs/common';
import { GatewayConfig } from '../gateway.config.ts';
import { SitesService } from './sites.service.ts';

@Module({ providers: [GatewayConfig.provider, SitesService], exports: [GatewayConfig, SitesService] })
export class SiteModule {}
