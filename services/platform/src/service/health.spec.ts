import { Injectable, Module, type INestApplication } from '@nestjs/common';
import { defineEvent } from '@wattmesh/events';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { toRecord } from '../bus/cloud-event.ts';
import { MemoryBus } from '../bus/memory-bus.ts';
import { StepClock } from '../clock/clock.ts';
import { OnEvent } from '../consumer/on-event.ts';
import { createService, startService, type RunningService } from './create-service.ts';
import { RealEffects } from './effects.ts';
import { LivenessCheck } from './liveness-check.ts';
import { ReadinessCheck } from './readiness-check.ts';

const START_MS = Date.UTC(2026, 6, 1);

const NoteTaken = defineEvent({
  topic: 'scribe.note-taken.v1',
  key: (note) => note.page,
  schema: z.object({ page: z.string() }),
});

@Injectable()
class Glasses extends ReadinessCheck {
  readonly name = 'glasses';
  areOn: () => boolean | Promise<boolean> = () => true;

  isReady(): boolean | Promise<boolean> {
    return this.areOn();
  }
}

@Injectable()
class Heart extends LivenessCheck {
  readonly name = 'heart';
  beats: () => boolean = () => true;

  isLive(): boolean {
    return this.beats();
  }
}

@Injectable()
class Reader {
  @OnEvent(NoteTaken)
  onNotes(): void {}
}

@Module({ providers: [Glasses, Heart, Reader] })
class ReaderModule {}

/** A bus that may lose its group, or hang. */
class FrailBus extends MemoryBus {
  isJoined = true;
  isWell = true;

  override isReady(): boolean {
    return this.isJoined;
  }

  override isLive(): boolean {
    return this.isWell;
  }
}

describe('a service that is asked how it is', () => {
  let bus: FrailBus;
  let clock: StepClock;
  let app: INestApplication;
  let service: RunningService;

  beforeEach(async () => {
    clock = new StepClock({ simMs: START_MS, speed: 1 });
    bus = new FrailBus({ clock, serial: true });
    app = await createService(ReaderModule, { name: 'reader', bus, clock, effects: new RealEffects(), env: {} });
    service = await startService(app);
    await bus.start();
  });
  afterEach(async () => {
    await service.stop();
    await bus.stop();
  });

  async function ask(path: string): Promise<unknown[]> {
    const response = await fetch(`${service.url}/health/${path}`);
    return [response.status, await response.json()];
  }
  const scrape = async (): Promise<string> => (await fetch(`${service.url}/metrics`)).text();

  it('is ready when its bus and all its checks are', async () => {
    expect(await ask('ready')).toEqual([200, { status: 'ok', checks: { bus: true, glasses: true } }]);
    app.get(Glasses).areOn = () => Promise.reject(new Error('lost'));
    expect(await ask('ready')).toEqual([503, { status: 'unavailable', checks: { bus: true, glasses: false } }]);
  });

  it('is not ready while its bus is not, nor where a check hangs, and says so in time', async () => {
    bus.isJoined = false;
    app.get(Glasses).areOn = () => new Promise(() => undefined);
    const beganMs = performance.now();
    expect(await ask('ready')).toEqual([503, { status: 'unavailable', checks: { bus: false, glasses: false } }]);
    expect(performance.now() - beganMs).toBeLessThan(2000);
  });

  it('is live while its bus and all its checks are: nothing outside the process is asked', async () => {
    app.get(Glasses).areOn = () => false;
    bus.isJoined = false;
    expect(await ask('live')).toEqual([200, { status: 'ok', checks: { bus: true, heart: true } }]);
    bus.isWell = false;
    expect(await ask('live')).toEqual([503, { status: 'unavailable', checks: { bus: false, heart: true } }]);
    bus.isWell = true;
    app.get(Heart).beats = () => {
      throw new TypeError('no heart');
    };
    expect(await ask('live')).toEqual([503, { status: 'unavailable', checks: { bus: true, heart: false } }]);
  });

  it('tells how many events it took and how late, also where there were none', async () => {
    const countOf = (text: string, name: string) =>
      new RegExp(`^${name}\\{topic="scribe.note-taken.v1",service="reader"\\} (.*)$`, 'm').exec(text)?.[1];
    const before = await scrape();
    for (const name of ['events_consumed', 'sequence_gaps', 'sequence_disorders', 'stale_events']) {
      expect(countOf(before, `wattmesh_${name}_total`)).toBe('0');
    }
    expect(before).not.toMatch(/^wattmesh_event_lag_p99_ms\{/m);
    const noteOf = (sequence: number) =>
      toRecord(NoteTaken, { page: 'p1' }, { id: `note-${sequence}`, source: 'scribe', time: clock.nowIso(), sequence });
    void bus.publish([1, 2, 4].map(noteOf));
    await clock.runUntil(START_MS + 1000);
    const after = await scrape();
    expect(countOf(after, 'wattmesh_events_consumed_total')).toBe('3');
    expect(countOf(after, 'wattmesh_sequence_gaps_total')).toBe('1');
    expect(after).toMatch(/^wattmesh_event_lag_p99_ms\{service="reader"\} 0$/m);
  });
});
