import { describe, expect, it } from 'vitest';
import { chooseBus } from './choose-bus.ts';
import { readStartOptions } from './start-options.ts';

const where = { calledFrom: '/home/someone', root: '/home/someone/wattmesh' };
const withKafka = async () => ({ canRun: true }) as const;
const withoutKafka = async () => ({ canRun: false, reason: 'Java 17 is missing: install it' }) as const;
const choose = (line: string, canRun: typeof withKafka | typeof withoutKafka) =>
  chooseBus(readStartOptions(line.split(' ').filter(Boolean), where), canRun);

describe('the bus of a run', () => {
  it.each(['', '--bus kafka', '--instances 2', '--kafka 10.0.0.1:9092'])(
    'is Kafka for "%s" where it can run',
    async (line) => {
      expect(await choose(line, withKafka)).toEqual({ bus: 'kafka' });
    },
  );

  it('needs no Java here for brokers elsewhere', async () => {
    expect(await choose('--kafka 10.0.0.1:9092', withoutKafka)).toEqual({ bus: 'kafka' });
  });

  it('is memory where Kafka cannot run, with a notice that says how to get it', async () => {
    expect(await choose('', withoutKafka)).toEqual({
      bus: 'memory',
      notice: 'in-memory bus, all services in one process; for Kafka: Java 17 is missing: install it',
    });
  });

  it.each(['--clock step --intervals 1', '--drill forged-meter'])(
    'is memory for "%s", which runs in one process',
    async (line) => {
      expect(await choose(line, withKafka)).toMatchObject({
        bus: 'memory',
        notice: expect.stringContaining('one process'),
      });
      expect(await choose(`${line} --bus memory`, withKafka)).toEqual({ bus: 'memory' });
    },
  );

  it.each([
    ['--bus kafka', withoutKafka],
    ['--instances 2', withoutKafka],
    ['--bus kafka --clock step --intervals 1', withKafka],
    ['--kafka 10.0.0.1:9092 --drill forged-meter', withKafka],
    ['--instances 2 --drill forged-meter', withKafka],
    ['--bus memory --instances 2', withKafka],
    ['--bus memory --kafka 10.0.0.1:9092', withKafka],
  ])('is refused in one line for "%s" where that cannot be had', async (line, canRun) => {
    await expect(choose(line, canRun)).rejects.toThrow(/^[^\n]+$/);
  });
});
