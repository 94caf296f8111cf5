import { Controller, Get, Res } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import type { Response } from 'express';
import { answerWithin } from './answer-within.ts';
import { Bus } from '../bus/bus.ts';
import { LivenessCheck } from './liveness-check.ts';
import { ReadinessCheck } from './readiness-check.ts';

interface Health {
  status: 'ok' | 'unavailable';
  checks: Record<string, boolean>;
}

/** A check that hangs, on a database that is paused, is an answer too. */
const READY_WITHIN_MS = 1500;

/** Liveness touches nothing outside the process; readiness asks every `ReadinessCheck` of the service, and the bus. */
@Controller('health')
export class HealthController {
  constructor(
    private readonly discovery: DiscoveryService,
    private readonly bus: Bus,
  ) {}

  @Get('live')
  live(@Res({ passthrough: true }) response: Response): Health {
    const checks = [{ name: 'bus', isLive: () => this.bus.isLive() }, ...this.#providers(LivenessCheck)];
    return told(
      response,
      checks.map((check) => [check.name, isLive(check)]),
    );
  }

  @Get('ready')
  async ready(@Res({ passthrough: true }) response: Response): Promise<Health> {
    const checks = [{ name: 'bus', isReady: () => this.bus.isReady() }, ...this.#providers(ReadinessCheck)];
    const answers = checks.map(async (check): Promise<[string, boolean]> => {
      const answer = await answerWithin(READY_WITHIN_MS, () => check.isReady());
      return [check.name, answer === true];
    });
    return told(response, await Promise.all(answers));
  }

  #providers<T>(kind: abstract new () => T): Set<T> {
    const instances = this.discovery.getProviders().map((provider) => provider.instance as unknown);
    return new Set(instances.filter((instance): instance is T => instance instanceof kind));
  }
}

function isLive(check: { isLive(): boolean }): boolean {
  try {
    return check.isLive();
  } catch {
    // A check that cannot be made is the answer: not live.
    return false;
  }
}

function told(response: Response, answers: readonly (readonly [string, boolean])[]): Health {
  const isWell = answers.every(([, answer]) => answer);
  if (!isWell) response.status(503);
  return { status: isWell ? 'ok' : 'unavailable', checks: Object.fromEntries(answers) };
}
