import { Injectable } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { Server } from 'node:http';
import { PortalConfig } from '../portal.config.ts';
import type { ServiceView } from '../view/service-view.schema.ts';
import { readGauge } from './read-gauge.ts';

const ANSWER_WITHIN_MS = 1500;
/** Many viewers ask no more often than one. */
const KEPT_MS = 2000;

/** Asks the services how they are; what does not answer in time is neither ready nor live. */
@Injectable()
export class ServiceHealthService {
  #last: { readonly askedMs: number; readonly answers: Promise<ServiceView[]> } | undefined;

  constructor(
    private readonly config: PortalConfig,
    private readonly host: HttpAdapterHost,
  ) {}

  list(): Promise<ServiceView[]> {
    const nowMs = performance.now();
    if (this.#last === undefined || nowMs - this.#last.askedMs > KEPT_MS) {
      this.#last = { askedMs: nowMs, answers: Promise.all(this.#services().map(ask)) };
    }
    return this.#last.answers;
  }

  /** A portal that was not told of itself knows where it is. */
  #services(): { name: string; url: string }[] {
    const told = this.config.PORTAL_SERVICES ?? [];
    return told.some(({ name }) => name === 'portal') ? told : [{ name: 'portal', url: this.#ownUrl() }, ...told];
  }

  #ownUrl(): string {
    const address = (this.host.httpAdapter.getHttpServer() as Server).address();
    return `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
  }
}

async function ask({ name, url }: { name: string; url: string }): Promise<ServiceView> {
  const [live, ready, metrics] = await Promise.all(
    ['/health/live', '/health/ready', '/metrics'].map((path) => get(`${url}${path}`)),
  );
  const text = metrics?.isOk === true ? metrics.text : '';
  const lagP99Ms = readGauge(text, 'wattmesh_event_lag_p99_ms');
  const outboxOldestAgeS = readGauge(text, 'wattmesh_outbox_oldest_age_seconds');
  return {
    name,
    isReady: ready?.isOk ?? false,
    isLive: live?.isOk ?? false,
    ...(lagP99Ms === undefined ? {} : { lagP99Ms }),
    ...(outboxOldestAgeS === undefined ? {} : { outboxOldestAgeS }),
    checkedAt: new Date().toISOString(),
  };
}

async function get(url: string): Promise<{ isOk: boolean; text: string } | undefined> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(ANSWER_WITHIN_MS) });
    return { isOk: response.ok, text: await response.text() };
  } catch {
    // Nobody listens, or it is too busy: the silence is the answer.
    return undefined;
  }
}
