import { Metrics, RealEffects } from '@wattmesh/platform';
import { StepClock } from '@wattmesh/platform/clock';
import { afterEach, describe, expect, it } from 'vitest';
import { ListeningLogger } from '../testing/listening-logger.ts';
import { LogStore } from './log.store.ts';
import { StoreWriteError } from './store.errors.ts';
import { StoreWatch } from './store-watch.ts';
import { MemoryDisk } from './testing/memory-disk.ts';

const START_MS = Date.parse('2026-07-06T12:00:00Z');
const reading = (index: number) => ({
  topic: 'gateway.reading-taken.v1',
  key: 'home-1-meter',
  value: 'x'.repeat(500),
  headers: { ce_id: `${index}`, ce_time: new Date(START_MS + index * 1_000).toISOString() },
});

describe('what an operator is told of a log', () => {
  const clock = new StepClock({ simMs: START_MS, speed: 1 });
  const logger = new ListeningLogger();
  const metrics = new Metrics();
  const watch = new StoreWatch('home-1', { clock, logger, metrics });

  async function value(name: string): Promise<number | undefined> {
    const line = (await metrics.registry.metrics()).split('\n').find((one) => one.startsWith(`${name}{`));
    return line === undefined ? undefined : Number(line.split(' ')[1]);
  }
  afterEach(() => {
    logger.lines.length = 0;
  });

  it('is once that the disk refuses, and once that it does no more', async () => {
    for (let time = 0; time < 3; time += 1) watch.refused(new StoreWriteError('/store', undefined));
    expect(watch.trouble).toMatch(/free space/);
    expect(await value('wattmesh_gateway_store_refusing')).toBe(1);
    for (let time = 0; time < 3; time += 1) watch.accepted();
    expect(watch.trouble).toBeUndefined();
    expect(await value('wattmesh_gateway_store_refusing')).toBe(0);
    expect(logger.lines.map((line) => line.split(' ')[0])).toEqual(['error', 'info']);
  });

  it('is how much waits, for how long, and once for each outage that readings are shed', async () => {
    const effects = new RealEffects();
    const limits = { limitBytes: 40_000, segmentBytes: 2_000, isSheddable: () => true };
    const log = new LogStore({ folder: '/store', effects, disk: new MemoryDisk(), ...limits });
    for (let index = 0; index < 20; index += 1) await log.append({ out: [reading(index)] });
    await clock.runUntil(START_MS + 60_000);
    watch.observe(log);
    expect(await value('wattmesh_outbox_rows')).toBe(20);
    expect(await value('wattmesh_outbox_oldest_age_seconds')).toBe(60);
    expect(await value('wattmesh_gateway_store_bytes')).toBe(log.bytes);
    for (let index = 20; index < 200; index += 1) {
      await log.append({ out: [reading(index)] });
      watch.observe(log);
    }
    expect(await value('wattmesh_gateway_shed_readings_total')).toBe(log.shedCount);
    expect(await value('wattmesh_outbox_rows')).toBe(200 - log.shedCount);
    expect(logger.lines).toHaveLength(1);
    watch.lost(3);
    expect(await value('wattmesh_gateway_shed_readings_total')).toBe(log.shedCount + 3);
  });
});
