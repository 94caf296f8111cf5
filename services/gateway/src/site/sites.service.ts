import { join } from 'node:path';
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { ServiceContext } from '@wattmesh/platform';
import { GatewayConfig } from '../gateway.config.ts';
import { needsRestart, type SiteModel } from '../registry/assemble-sites.ts';
import { isOfDisk, StoreCorruptError } from '../store/store.errors.ts';
import { SiteLoop } from './site.loop.ts';

/** Runs the sites the registry describes, each isolated from the others. */
@Injectable()
export class SitesService implements OnApplicationShutdown {
  private readonly loops = new Map<string, SiteLoop>();
  private readonly failed = new Map<string, string>();
  private applying: Promise<void> = Promise.resolve();

  constructor(
    private readonly config: GatewayConfig,
    private readonly service: ServiceContext,
  ) {}

  /** The loop of a site, once it is started anew where it is being so; undefined where the site is not run here. */
  async find(siteId: string): Promise<SiteLoop | undefined> {
    await this.applying;
    return this.loops.get(siteId);
  }

  /** Sites that cannot be run, with the reason; the others run on. */
  get failures(): ReadonlyMap<string, string> {
    return this.failed;
  }

  /** Sites that run and cannot keep anything durably, with the reason. */
  get storeTroubles(): ReadonlyMap<string, string> {
    const troubles = [...this.loops].flatMap(([siteId, { storeTrouble }]): [string, string][] =>
      storeTrouble === undefined ? [] : [[siteId, storeTrouble]],
    );
    return new Map(troubles);
  }

  /** Starts sites that became complete, restarts those whose configuration changed; one call after the other. */
  apply(models: readonly SiteModel[]): Promise<void> {
    const applied = this.applying.then(() => this.applyNow(models));
    this.applying = applied.catch(() => undefined);
    return applied;
  }

  async onApplicationShutdown(): Promise<void> {
    await this.applying;
    await Promise.all([...this.loops.values()].map((loop) => loop.stop()));
    this.loops.clear();
  }

  private async applyNow(models: readonly SiteModel[]): Promise<void> {
    for (const model of models) {
      const { siteId } = model.site;
      const running = this.loops.get(siteId);
      if (running !== undefined && !needsRestart(running.model, model)) continue;
      this.loops.delete(siteId);
      await running?.stop();
      this.run(model);
    }
  }

  /** A log that cannot be read stops its own site only; the gateway is not ready until it is mended. */
  private run(model: SiteModel): void {
    const { siteId, endpoint } = model.site;
    this.failed.delete(siteId);
    try {
      const loop = this.create(model);
      this.loops.set(siteId, loop);
      loop.start();
      this.service.logger.info({ siteId, devices: model.devices.length, endpoint }, 'site started');
    } catch (error) {
      if (!(error instanceof StoreCorruptError || isOfDisk(error))) throw error;
      this.failed.set(siteId, error.message);
      this.service.logger.error({ siteId, err: error }, 'site not started');
    }
  }

  private create(model: SiteModel): SiteLoop {
    const { GATEWAY_STORE, GATEWAY_KEY_SEED, GATEWAY_DISPATCHER_KEY, GATEWAY_MODBUS_TIMEOUT_MS } = this.config;
    const { bus, clock, effects, lifetime, logger, metrics } = this.service;
    return new SiteLoop(model, {
      bus,
      clock,
      effects,
      lifetime,
      logger: logger.child({ siteId: model.site.siteId }),
      metrics,
      storeFolder: join(GATEWAY_STORE, 'sites', model.site.siteId),
      storeLimitBytes: this.config.GATEWAY_STORE_MAX_MB * 2 ** 20,
      keySeed: GATEWAY_KEY_SEED,
      dispatcherKey: GATEWAY_DISPATCHER_KEY,
      modbusTimeoutMs: GATEWAY_MODBUS_TIMEOUT_MS,
    });
  }
}
