import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CommandIssued } from '@wattmesh/events';
import { Logger, Metrics, RealEffects } from '@wattmesh/platform';
import { StepClock } from '@wattmesh/platform/clock';
import { loadScenario } from '@wattmesh/simulator';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LogStore } from '../store/log.store.ts';
import { SiteStore } from '../store/site.store.ts';
import { StoreWatch } from '../store/store-watch.ts';
import { ControlLoop } from './control.loop.ts';

const { community, sites, startsAt } = loadScenario('hamlet');
const logger = new Logger({ service: 'gateway', level: 'silent' });
const chain = {
  chainId: 1,
  registry: `0x${'11'.repeat(20)}`,
  settlement: `0x${'22'.repeat(20)}`,
  token: `0x${'33'.repeat(20)}`,
};

/** Nobody enrolled signed it. */
const aForgery = (index: number): CommandIssued => ({
  commandId: `00000000-0000-8000-8000-00000000000${index}`,
  deviceId: 'home-1-ess',
  siteId: 'home-1',
  issuedAt: startsAt,
  expiresAt: '2099-01-01T00:00:00.000Z',
  setpointW: 0,
  minW: 0,
  maxW: 0,
  reason: { code: 'idle', text: 'forged' },
  signature: `0x${'00'.repeat(64)}`,
});

describe('what control keeps', () => {
  let folder: string;
  let clock: StepClock;
  let log: LogStore;
  let control: ControlLoop;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'wattmesh-control-'));
    clock = new StepClock({ simMs: Date.parse(startsAt), speed: 1 });
    log = new LogStore({ folder, effects: new RealEffects() });
    const watch = new StoreWatch('home-1', { clock, logger, metrics: new Metrics() });
    const store = new SiteStore(log, { clock, watch, source: '/gateway/home-1' });
    const [site] = sites.filter(({ siteId }) => siteId === 'home-1');
    if (site === undefined) throw new TypeError('no home-1');
    const endpoint = { host: '127.0.0.1', port: 1502 };
    const model = { site: { ...site, endpoint }, community: { ...community, chain }, devices: [], meters: new Map() };
    const tools = { clock, store, logger, dispatcherKey: `0x${'00'.repeat(64)}` };
    control = new ControlLoop(model, new Map(), tools);
  });
  afterEach(async () => {
    await log.close();
    clock.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('is announced once, though commands arrive while a loop is keeping its own news', async () => {
    await Promise.all([
      control.receiveCommand(aForgery(1)),
      control.run(new Map()),
      control.receiveCommand(aForgery(2)),
      control.run(new Map()),
    ]);
    const ids = log.unpublished(10).map(({ record }) => record.headers['ce_id']);
    expect(ids).toHaveLength(2);
    expect(new Set(ids).size).toBe(2);
  });
});
