import { IntervalMetered, ReadingTaken, type IntervalMetered as Metering } from '@wattmesh/events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aLane, aMetering, aReading, at } from '../testing/a-lane.ts';
import { PortalBench } from '../testing/portal-bench.ts';
import { StreamReader, type Frame } from '../testing/stream-reader.ts';
import { StreamHello } from '../view/stream-frame.schema.ts';

const PATH = '/api/v1/stream?communityId=lane';
const importsOf = (frames: readonly Frame[]): number[] =>
  frames.map(({ data }) => (JSON.parse(data) as Metering).importWh);
const meterings = (from: number, count: number): Metering[] =>
  Array.from({ length: count }, (_, index) => aMetering('home-1-load', from + index, { importWh: from + index }));

describe('the stream', () => {
  let bench: PortalBench;
  beforeAll(async () => {
    bench = await PortalBench.open(process.env['WATTMESH_TEST_DATABASE'], 'portal_stream');
    await bench.start();
    await bench.register(aLane());
    await bench.register(aLane('other', ['elsewhere']));
  });
  afterAll(() => bench.close());

  it('greets, then gives every event of its community in the order of the log, and no other', async () => {
    const stream = await StreamReader.open(`${bench.service.url}${PATH}`);
    const [hello] = await stream.take(1);
    expect(hello?.event).toBe('hello');
    expect(StreamHello.parse(JSON.parse(hello!.data))).toMatchObject({ asOf: at(0), speed: 60 });
    await bench.publish(IntervalMetered, ...meterings(0, 2), aMetering('elsewhere-load', 0), ...meterings(2, 3));
    const frames = await stream.take(5);
    expect(importsOf(frames)).toEqual([0, 1, 2, 3, 4]);
    expect(new Set(frames.map(({ event }) => event))).toEqual(new Set([IntervalMetered.topic]));
    const ids = frames.map(({ id }) => Number(id));
    expect(ids).toEqual([...ids].sort((a, b) => a - b));
    stream.close();
  });

  it('resumes after the last event, when the client left and when the portal was killed', async () => {
    const first = await StreamReader.open(`${bench.service.url}${PATH}`);
    await first.take(1);
    await bench.publish(IntervalMetered, ...meterings(10, 3));
    expect(importsOf(await first.take(2))).toEqual([10, 11]);
    first.close();
    const again = await StreamReader.open(`${bench.service.url}${PATH}`, first.lastEventId);
    const [, ...frames] = await again.take(2);
    expect(importsOf(frames)).toEqual([12]);
    await bench.kill(bench.service);
    expect(await again.next()).toBeUndefined();
    const published = bench.publish(IntervalMetered, ...meterings(13, 2));
    await bench.start();
    await published;
    const third = await StreamReader.open(`${bench.service.url}${PATH}&after=${again.lastEventId}`);
    expect(importsOf((await third.take(3)).slice(1))).toEqual([13, 14]);
    third.close();
  });

  it('begins now where the position is of a log that was forgotten', async () => {
    const stream = await StreamReader.open(`${bench.service.url}${PATH}&after=999999999`);
    const [hello] = await stream.take(1);
    expect((JSON.parse(hello!.data) as StreamHello).position).toBeLessThan(10_000);
    stream.close();
  });

  it('thins the readings for a client that has fallen behind, and nothing else', async () => {
    const before = await StreamReader.open(`${bench.service.url}${PATH}`);
    const [hello] = await before.take(1);
    before.close();
    const { position } = JSON.parse(hello!.data) as StreamHello;
    for (let round = 0; round < 6; round += 1) {
      const readings = Array.from({ length: 400 }, (_, n) =>
        aReading('home-1-load', { powerW: round * 400 + n }, at(1)),
      );
      await bench.publish(ReadingTaken, ...readings);
    }
    await bench.publish(IntervalMetered, ...meterings(80, 3));
    const stream = await StreamReader.open(`${bench.service.url}${PATH}&after=${position}`);
    const frames: Frame[] = [];
    while (!(frames.at(-1)?.event === IntervalMetered.topic && importsOf(frames.slice(-1))[0] === 82))
      frames.push(...(await stream.take(1)));
    const readings = frames.filter(({ event }) => event === ReadingTaken.topic);
    // Full pages keep one reading a second; the last page is not full and comes whole.
    expect(readings.length).toBeLessThan(1000);
    expect(importsOf(frames.filter(({ event }) => event === IntervalMetered.topic))).toEqual([80, 81, 82]);
    expect((JSON.parse(readings.at(-1)!.data) as ReadingTaken).points.powerW).toBe(2399);
    stream.close();
  });
});
