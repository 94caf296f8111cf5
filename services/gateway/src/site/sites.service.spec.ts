import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DeviceRegistered } from '@wattmesh/events';
import { Lifetime, Logger, MemoryBus, Metrics, RealEffects } from '@wattmesh/platform';
import { StepClock } from '@wattmesh/platform/clock';
import { loadScenario } from '@wattmesh/simulator';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { GatewayConfig } from '../gateway.config.ts';
import type { SiteModel } from '../registry/assemble-sites.ts';
import { SitesService } from './sites.service.ts';

const { community, sites, devices, startsAt } = loadScenario('hamlet');
const chain = {
  chainId: 1,
  registry: `0x${'11'.repeat(20)}`,
  settlement: `0x${'22'.repeat(20)}`,
  token: `0x${'33'.repeat(20)}`,
};

/** A site that nobody answers at. */
function aModel(importLimitW: number): SiteModel {
  const site = sites.find(({ siteId }) => siteId === 'home-1');
  if (site === undefined) throw new TypeError('no home-1');
  const own = devices
    .filter(({ siteId }) => siteId === 'home-1')
    .map((device) => DeviceRegistered.schema.parse(device));
  const endpoint = { host: '127.0.0.1', port: 1 };
  return {
    site: { ...site, endpoint, importLimitW },
    community: { ...community, chain },
    devices: own,
    meters: new Map(),
  };
}

describe('sites of a gateway', () => {
  let folder: string;
  let clock: StepClock;
  let service: SitesService;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'wattmesh-sites-'));
    clock = new StepClock({ simMs: Date.parse(startsAt), speed: 1 });
    const env = {
      GATEWAY_STORE: folder,
      GATEWAY_KEY_SEED: 'hamlet-seed',
      GATEWAY_DISPATCHER_KEY: `0x${'00'.repeat(64)}`,
    };
    const runtime = { name: 'gateway', bus: new MemoryBus({ clock }), clock, effects: new RealEffects(), env };
    const logger = new Logger({ service: 'gateway', level: 'silent' });
    const inside = { logger, metrics: new Metrics('gateway'), lifetime: new Lifetime('gateway') };
    service = new SitesService(new GatewayConfig(env), { ...runtime, ...inside });
  });
  afterEach(async () => {
    await service.onApplicationShutdown();
    clock.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('are found while they are started anew: once, with the newest configuration', async () => {
    await service.apply([aModel(10_000)]);
    const applied = [service.apply([aModel(11_000)]), service.apply([aModel(12_000)])];
    const found = await service.find('home-1');
    expect(found?.model.site.importLimitW).toBe(12_000);
    await Promise.all(applied);
    expect(await service.find('home-1')).toBe(found);
  });

  it('whose folder cannot be read fail alone', async () => {
    mkdirSync(join(folder, 'sites'));
    writeFileSync(join(folder, 'sites', 'home-1'), 'no folder');
    await service.apply([aModel(10_000)]);
    expect([...service.failures.keys()]).toEqual(['home-1']);
  });
});
