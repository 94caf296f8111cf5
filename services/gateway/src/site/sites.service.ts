import { join } from 'node:path';
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { Bus, Effects, Logger } from '@wattmesh/platform';
import { Clock } from '@wattmesh/platform/clock';
import { GatewayConfig } from '../gateway.config.ts';
import { needsRestart, type SiteModel } from '../registry/assemble-sites.ts';
import { SiteLoop } from './site.loop.ts';

/** Runs the sites the registry describes, each isolated from the others. */
@Injectable()
export class SitesService implements OnApplicationShutdown {
  private readonly loops = new Map<string, SiteLoop>();

  constructor(
    private readonly config: GatewayConfig,
    private readonly clock: Clock,
    private readonly bus: Bus,
    private readonly effects: Effects,
    private readonly logger: Logger,
  ) {}

  /** The loop of a site; undefined where the site is another gateway's or not complete yet. */
  find(siteId: string): SiteLoop | undefined {
    return this.loops.get(siteId);
  }

  get siteIds(): string[] {
    return [...this.loops.keys()];
  }

  /** Starts sites that became complete, restarts those whose configuration changed. */
  async apply(models: readonly SiteModel[]): Promise<void> {
    for (const model of models) {
      const { siteId } = model.site;
      const running = this.loops.get(siteId);
      if (running !== undefined && !needsRestart(running.model, model)) continue;
      this.loops.delete(siteId);
      await running?.stop();
      const loop = this.create(model);
      this.loops.set(siteId, loop);
      loop.start();
      this.logger.info({ siteId, devices: model.devices.length, endpoint: model.site.endpoint }, 'site started');
    }
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all([...this.loops.values()].map((loop) => loop.stop()));
    this.loops.clear();
  }

  private create(model: SiteModel): SiteLoop {
    const { GATEWAY_STORE, GATEWAY_KEY_SEED, GATEWAY_DISPATCHER_KEY, GATEWAY_MODBUS_TIMEOUT_MS } = this.config;
    const { clock, bus, effects } = this;
    return new SiteLoop(model, {
      bus,
      clock,
      effects,
      logger: this.logger.child({ siteId: model.site.siteId }),
      storeFolder: join(GATEWAY_STORE, 'sites', model.site.siteId),
      keySeed: GATEWAY_KEY_SEED,
      dispatcherKey: GATEWAY_DISPATCHER_KEY,
      modbusTimeoutMs: GATEWAY_MODBUS_TIMEOUT_MS,
    });
  }
}
