import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ModbusError } from '../modbus/modbus-error.ts';
import { discoverDevice } from '../sunspec/discover-device.ts';
import { decodeReading } from './decode-reading.ts';
import { findProfile } from './find-profile.ts';
import { readPlan } from './plan-reads.ts';

const dumps = join(
  resolve(process.env['WATTMESH_DATA'] ?? join(import.meta.dirname, '../../../../../shared/data')),
  'registers/sunspec_dumps',
);

interface Dump {
  registers: { HOLDING_REGISTER: { start: number; count: number; words: (number | null)[] }[] };
}

/** A device that answers from the registers captured of a real one, and an illegal address for the rest. */
function captured(file: string): (address: number, count: number) => Promise<Uint16Array> {
  const dump = JSON.parse(readFileSync(join(dumps, file), 'utf8')) as Dump;
  return async (address, count) => {
    const block = dump.registers.HOLDING_REGISTER.find(
      ({ start, words }) => start <= address && address + count <= start + words.length,
    );
    const words = block?.words.slice(address - block.start, address - block.start + count);
    if (words === undefined || words.includes(null)) throw new ModbusError('EXCEPTION', 'no', { exceptionCode: 2 });
    return Uint16Array.from(words, (word) => word ?? 0);
  };
}

describe.skipIf(!existsSync(dumps))('registers captured of real devices', () => {
  it.each([
    [
      'DeviceSMASunnyBoy36Dated20250518.json',
      { powerW: -3680, frequencyHz: 49.99, voltageV: 244, exportWh: 30_388_530 },
    ],
    ['DeviceFimerPVSDated20240722.json', { powerW: -141_380, frequencyHz: 49.99, exportWh: 459_493_000 }],
  ])('C1 C2 C4 %s reads as its owner read it', async (file, points) => {
    const read = captured(file);
    const discovery = await discoverDevice(read);
    if (discovery === undefined) throw new Error('no SunSpec device');
    const profile = findProfile('sunspec');
    const blocks = [];
    for (const { address, count } of readPlan(profile, discovery))
      blocks.push({ address, words: await read(address, count) });
    expect(decodeReading(profile, discovery, blocks)).toMatchObject({ quality: 'measured', points });
  });

  it('C2 walks the chain of an emulated DER with all 7xx models', async () => {
    const discovery = await discoverDevice(captured('EmulatedDER.json'));
    const ids = discovery?.models.map(({ id }) => id) ?? [];
    expect(ids).toEqual(expect.arrayContaining([1, 701, 702, 704, 713]));
    expect(
      discovery?.models.filter(({ id }) => [701, 702, 704, 713].includes(id)).every(({ words }) => words !== undefined),
    ).toBe(true);
  });
});
