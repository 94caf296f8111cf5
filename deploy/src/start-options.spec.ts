import { describe, expect, it } from 'vitest';
import { LaunchError } from './local/launch-error.ts';
import { readStartOptions } from './start-options.ts';

const where = { calledFrom: '/home/someone', root: '/home/someone/wattmesh' };
const read = (line: string) => readStartOptions(line.split(' ').filter(Boolean), where);

describe('options of npm start', () => {
  it('stand for the village at speed 60 where none is given', () => {
    expect(read('')).toMatchObject({
      scenario: 'village',
      speed: 60,
      clock: 'scaled',
      instances: 1,
      port: 8080,
      isFresh: false,
    });
  });

  it('take relative files from where the person stands', () => {
    expect(read('--json r.json --data ../data')).toMatchObject({
      jsonFile: '/home/someone/r.json',
      dataFolder: '/home/data',
    });
  });

  it('take several brokers', () => {
    expect(read('--kafka one:9092,two:9093')).toMatchObject({ brokers: ['one:9092', 'two:9093'] });
  });

  it.each([
    '--speed fast',
    '--speed 0',
    '--intervals 0',
    '--intervals 2.5',
    '--seed -1',
    '--port 70000',
    '--bus rabbit',
    '--kafka nine',
    '--kafka http://127.0.0.1:9092',
    '--kafka 127.0.0.1:9092,',
    '--instances 0',
    '--instances 5',
    '--clock sundial',
    '--clock step',
    '--database sqlite:x',
    '--chain 8545',
    '--colour blue',
    'village',
  ])('refuse "%s" with one line that says what to give', (line) => {
    expect(() => read(line)).toThrow(LaunchError);
    expect(() => read(line)).toThrow(/^[^\n]+$/);
  });
});
