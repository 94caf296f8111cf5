import { Controller, Get, Res } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import type { Response } from 'express';
import { ReadinessCheck } from './readiness-check.ts';

interface Health {
  status: 'ok' | 'unavailable';
  checks: Record<string, boolean>;
}

/** Liveness touches nothing outside the process; readiness asks every `ReadinessCheck` of the service. */
@Controller('health')
export class HealthController {
  constructor(private readonly discovery: DiscoveryService) {}

  @Get('live')
  live(): Health {
    return { status: 'ok', checks: {} };
  }

  @Get('ready')
  async ready(@Res({ passthrough: true }) response: Response): Promise<Health> {
    const instances = this.discovery.getProviders().map((provider) => provider.instance as unknown);
    const checks = new Set(instances.filter((instance) => instance instanceof ReadinessCheck));
    const results = await Promise.all([...checks].map(async (check) => [check.name, await isReady(check)] as const));
    const areReady = results.every(([, ready]) => ready);
    if (!areReady) response.status(503);
    return { status: areReady ? 'ok' : 'unavailable', checks: Object.fromEntries(results) };
  }
}

async function isReady(check: ReadinessCheck): Promise<boolean> {
  try {
    return await check.isReady();
  } catch {
    // A check that cannot be made is the answer: not ready.
    return false;
  }
}
