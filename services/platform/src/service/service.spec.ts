import { Body, Controller, Get, Injectable, Module, Post, type INestApplication, type Type } from '@nestjs/common';
import { defineEvent } from '@wattmesh/events';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { toRecord } from '../bus/cloud-event.ts';
import { configOf } from './config.ts';
import { createService, startService, type RunningService } from './create-service.ts';
import { Clock, StepClock } from '../clock/clock.ts';
import { DomainError } from './domain-error.ts';
import { CrashError, Effects, RealEffects } from './effects.ts';
import { Bus, type OutgoingRecord } from '../bus/bus.ts';
import { MemoryArchive } from '../bus/memory-archive.ts';
import { MemoryBus } from '../bus/memory-bus.ts';
import { OnEvent } from '../consumer/on-event.ts';
import type { Runtime } from './runtime.ts';

const START_MS = Date.UTC(2026, 6, 1);

const NoteTaken = defineEvent({
  topic: 'scribe.note-taken.v1',
  key: (note) => note.page,
  schema: z.object({ page: z.string(), text: z.string() }),
});
type NoteTaken = z.infer<typeof NoteTaken.schema>;

const Greeting = z.object({ name: z.string().min(1) });
type Greeting = z.infer<typeof Greeting>;

class ReaderConfig extends configOf(z.object({ READER_PAGES: z.coerce.number().int().positive().default(3) })) {}

class PageTornError extends DomainError {
  readonly code = 'READER_PAGE_TORN';
  override readonly httpStatus = 409;
}

class ForgedNoteError extends DomainError {
  readonly code = 'READER_NOTE_FORGED';
}

class InkAwayError extends DomainError {
  readonly code = 'READER_INK_AWAY';
  override readonly retriable = true;
}

@Injectable()
class Reader {
  readonly read: NoteTaken[] = [];
  inkAway = 0;

  constructor(
    readonly config: ReaderConfig,
    readonly effects: Effects,
  ) {}

  @OnEvent(NoteTaken)
  async onNotes(notes: NoteTaken[]): Promise<void> {
    for (const note of notes) {
      if (note.text === 'torn') throw new PageTornError('this page is torn: send it again');
      if (note.text === 'forged') throw new ForgedNoteError('not his hand', { isOneEventOnly: true });
      if (note.text === 'ink' && (this.inkAway += 1) < 3) throw new InkAwayError('the ink is away');
      await this.effects.run('reader.read', () => Promise.resolve(void this.read.push(note)));
    }
  }
}

@Controller('greetings')
class GreetingController {
  @Post()
  greet(@Body({ schema: Greeting }) greeting: Greeting): { text: string } {
    return { text: `hello ${greeting.name}` };
  }

  @Get('torn')
  torn(): never {
    throw new PageTornError('this page is torn: send it again');
  }

  @Get('ink')
  ink(): never {
    throw new InkAwayError('the ink is away');
  }

  @Get('broken')
  broken(): never {
    throw new TypeError('a secret of the inside');
  }
}

@Module({ providers: [Reader, ReaderConfig.provider], controllers: [GreetingController] })
class ReaderModule {}

describe('a service without a database', () => {
  let archive: MemoryArchive;
  let bus: MemoryBus;
  let clock: StepClock;
  let app: INestApplication;
  let service: RunningService | undefined;

  beforeEach(() => {
    archive = new MemoryArchive();
    clock = new StepClock({ simMs: START_MS, speed: 1 });
    bus = new MemoryBus({ clock, archive, serial: true });
  });
  afterEach(async () => {
    await service?.stop();
    service = undefined;
    await bus.stop();
  });

  async function start(runtime: Partial<Runtime> = {}, module: Type = ReaderModule): Promise<Reader> {
    app = await createService(module, { name: 'reader', bus, clock, effects: new RealEffects(), env: {}, ...runtime });
    service = await startService(app);
    await bus.start();
    return app.get(Reader);
  }
  /** Always the same event id. */
  const aNote = (text: string): OutgoingRecord =>
    toRecord(NoteTaken, { page: 'p1', text }, { id: 'note-1', source: 'scribe', time: clock.nowIso(), sequence: 1 });
  async function take(...notes: [page: string, text: string][]): Promise<void> {
    const records = notes.map(([page, text], index) => {
      const attributes = {
        id: `${page}-${text}-${index}`,
        source: 'scribe',
        time: clock.nowIso(),
        sequence: index + 1,
      };
      return toRecord(NoteTaken, { page, text }, attributes);
    });
    const published = bus.publish(records);
    await clock.runUntil(clock.now() + 10_000);
    await published;
  }

  it('gets events validated, each once', async () => {
    const reader = await start();
    await take(['p1', 'one'], ['p2', 'two']);
    await take(['p1', 'one'], ['p2', 'two']);
    expect(reader.read).toEqual([
      { page: 'p1', text: 'one' },
      { page: 'p2', text: 'two' },
    ]);
  });

  it('dead-letters with a reason and parks the key', async () => {
    const reader = await start();
    await take(['p1', 'torn'], ['p2', 'two']);
    await take(['p1', 'later'], ['p2', 'three']);
    expect(reader.read.map(({ text }) => text)).toEqual(['two', 'three']);
    const letters = archive.records.filter(({ topic }) => topic === 'scribe.note-taken.v1.reader.dlq');
    expect(letters.map(({ headers }) => headers['dlq_code'])).toEqual(['READER_PAGE_TORN', 'PLATFORM_KEY_PARKED']);
  });

  it('gives up an event that proves to be no one’s without parking its key, nor the id it came under', async () => {
    const reader = await start();
    await take(['p1', 'forged'], ['p1', 'one']);
    const published = bus.publish([aNote('forged'), aNote('forged'), aNote('two')]);
    await clock.runUntil(clock.now() + 10_000);
    await published;
    expect(reader.read.map(({ text }) => text)).toEqual(['one', 'two']);
    const letters = archive.records.filter(({ topic }) => topic.endsWith('.dlq'));
    expect(letters.map(({ headers }) => headers['dlq_code'])).toEqual(['READER_NOTE_FORGED', 'READER_NOTE_FORGED']);
  });

  it('tries retriable trouble again', async () => {
    const reader = await start();
    await take(['p1', 'ink']);
    expect(reader.read.map(({ text }) => text)).toEqual(['ink']);
  });

  it('neither retries nor dead-letters a crash: the service stops at once and the event waits for its next life', async () => {
    const crashes: string[] = [];
    class Crashing extends Effects {
      run<T>(): Promise<T> {
        return Promise.reject(new CrashError('power cut'));
      }
    }
    const reader = await start({ effects: new Crashing(), onCrash: (error) => void crashes.push(error.message) });
    const ownBus = app.get(Bus);
    let loops = 0;
    app.get(Clock).every({ name: 'loop', periodS: 1 }, () => Promise.resolve(void (loops += 1)));
    const published = bus.publish([aNote('one')]);
    await clock.runUntil(START_MS + 60_000);
    expect([crashes, reader.read, loops]).toEqual([['power cut'], [], 0]);
    expect(archive.records).toHaveLength(1);
    await expect(ownBus.publish([])).rejects.toMatchObject({ name: 'ServiceKilledError' });
    await service?.kill();
    const next = await start();
    await clock.runUntil(START_MS + 120_000);
    await published;
    expect(next.read.map(({ text }) => text)).toEqual(['one']);
  });

  it('takes its config from the injected environment', async () => {
    const reader = await start({ env: { READER_PAGES: '7' } });
    expect(reader.config.READER_PAGES).toBe(7);
    expect(Object.isFrozen(reader.config)).toBe(true);
  });

  it('does not start with a bad variable, and names every one', async () => {
    class Strict extends configOf(z.object({ PAGES: z.coerce.number(), INK: z.enum(['blue', 'black']) })) {}
    expect(() => new Strict({ PAGES: 'many' })).toThrow(/PAGES.*INK/);
    const starting = createService(ReaderModule, {
      name: 'reader',
      bus,
      clock,
      effects: new RealEffects(),
      env: { READER_PAGES: '-1' },
    });
    await expect(starting).rejects.toMatchObject({ code: 'PLATFORM_CONFIG_INVALID' });
  });

  it('answers with problems that say what is wrong and keep its inside to itself', async () => {
    await start();
    const ask = async (path: string, init?: RequestInit): Promise<{ status: number; body: unknown }> => {
      const response = await fetch(`${service?.url}${path}`, init);
      return { status: response.status, body: await response.json() };
    };
    const post = (body: unknown): RequestInit => ({
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    expect(await ask('/greetings', post({ name: 'Ada' }))).toEqual({ status: 201, body: { text: 'hello Ada' } });
    expect(await ask('/greetings', post({ name: '' }))).toMatchObject({
      status: 400,
      body: { code: 'HTTP_BAD_REQUEST' },
    });
    expect(await ask('/greetings/torn')).toMatchObject({ status: 409, body: { code: 'READER_PAGE_TORN' } });
    expect(await ask('/greetings/ink')).toMatchObject({ status: 503, body: { code: 'READER_INK_AWAY' } });
    expect(await ask('/nowhere')).toMatchObject({ status: 404, body: { code: 'HTTP_NOT_FOUND' } });
    const broken = await ask('/greetings/broken');
    expect(broken).toMatchObject({ status: 500, body: { code: 'PLATFORM_INTERNAL' } });
    expect(JSON.stringify(broken.body)).not.toContain('secret');
  });

  it('is a hybrid application of Nest: closing it lets its group go, and what comes then waits', async () => {
    const reader = await start();
    await app.close();
    service = undefined;
    void bus.publish([aNote('one')]).catch(() => undefined);
    await clock.runUntil(clock.now() + 10_000);
    expect([reader.read, archive.records.length]).toEqual([[], 1]);
    expect((await start()).read).toEqual([]);
    await clock.runUntil(clock.now() + 10_000);
    expect(app.get(Reader).read.map(({ text }) => text)).toEqual(['one']);
  });

  it('does not start where the bus refuses its group', async () => {
    class ClosedBus extends MemoryBus {
      override subscribe(): Promise<void> {
        return Promise.reject(new Error('no group may join'));
      }
    }
    await expect(start({ bus: new ClosedBus() })).rejects.toThrow('no group may join');
  });

  it('ends its loops with itself', async () => {
    await start();
    let loops = 0;
    app.get(Clock).every({ name: 'loop', periodS: 1 }, () => Promise.resolve(void (loops += 1)));
    await clock.runUntil(START_MS + 3000);
    await service?.stop();
    service = undefined;
    await clock.runUntil(START_MS + 60_000);
    expect(loops).toBe(4);
  });
});

describe('retained state', () => {
  const SiteNamed = defineEvent({
    topic: 'atlas.site-named.v1',
    key: (site) => site.id,
    schema: z.object({ id: z.string(), name: z.string() }),
    compacted: true,
  });
  type SiteNamed = z.infer<typeof SiteNamed.schema>;

  @Injectable()
  class Map1 {
    readonly fromBeginning: string[] = [];
    readonly fromNow: string[] = [];

    @OnEvent(SiteNamed)
    onSites(sites: SiteNamed[]): void {
      this.fromBeginning.push(...sites.map(({ name }) => name));
    }

    @OnEvent(SiteNamed, { from: 'now' })
    onNewSites(sites: SiteNamed[]): void {
      this.fromNow.push(...sites.map(({ name }) => name));
    }
  }

  @Module({ providers: [Map1] })
  class MapModule {}

  it('of a compacted topic reaches a new consumer, newest per key; one from now on sees only what comes', async () => {
    const clock = new StepClock({ simMs: START_MS, speed: 1 });
    const archive = new MemoryArchive();
    const named = (id: string, name: string) =>
      toRecord(SiteNamed, { id, name }, { id: name, source: 'atlas', time: clock.nowIso(), sequence: 1 });
    await archive.append([named('s1', 'old'), named('s2', 'two'), named('s1', 'one')]);
    const bus = new MemoryBus({ clock, archive, serial: true, isCompacted: (topic) => topic === SiteNamed.topic });
    const app = await createService(MapModule, { name: 'map', bus, clock, effects: new RealEffects(), env: {} });
    const service = await startService(app);
    await bus.start();
    await clock.runUntil(START_MS);
    void bus.publish([named('s3', 'three')]);
    await clock.runUntil(START_MS);
    expect(app.get(Map1).fromBeginning.sort()).toEqual(['one', 'three', 'two']);
    expect(app.get(Map1).fromNow).toEqual(['three']);
    await service.stop();
    await bus.stop();
  });
});
