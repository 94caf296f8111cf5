import { describe, expect, it } from 'vitest';
import { ModbusError } from '../modbus/modbus-error.ts';
import { discoverDevice, type ReadRegisters } from './discover-device.ts';
import { encodePoint } from './encode-point.ts';
import { findModel } from './find-model.ts';

const END = [0xffff, 0];

function aModel(id: number, options: { length?: number; serial?: string } = {}): number[] {
  const length = options.length ?? (findModel(id)?.size ?? 2) - 2;
  const words = new Uint16Array(2 + length);
  words.set([id, length]);
  const serial = findModel(1)?.byName.get('SN');
  if (id === 1 && serial !== undefined) words.set(encodePoint(serial, options.serial ?? 'S1'), serial.offset);
  return [...words];
}

interface Peer {
  read: ReadRegisters;
  reads: { address: number; count: number }[];
}

/** A device with registers from `base`; reading outside of them, or across `wall`, is an illegal address. */
function aDevice(base: number, models: readonly (readonly number[])[], wall = Number.POSITIVE_INFINITY): Peer {
  const words = [0x5375, 0x6e53, ...models.flat()];
  const reads: Peer['reads'] = [];
  const read: ReadRegisters = async (address, count) => {
    reads.push({ address, count });
    const at = address - base;
    const crosses = address < wall && address + count > wall;
    if (at < 0 || at + count > words.length || crosses) throw new ModbusError('EXCEPTION', 'no', { exceptionCode: 2 });
    return Uint16Array.from(words.slice(at, at + count));
  };
  return { read, reads };
}

describe('discovery of a SunSpec device', () => {
  it.each([40_000, 50_000, 0])('DEV-1 C2 finds the chain at %s', async (base) => {
    const { read } = aDevice(base, [aModel(1), aModel(103), END]);
    const found = await discoverDevice(read);
    expect(found?.base).toBe(base);
    expect(found?.models.map(({ id, address }) => [id, address - base])).toEqual([
      [1, 2],
      [103, 70],
    ]);
  });

  it('DEV-2 C2 reads the identity of the common model', async () => {
    const { read } = aDevice(40_000, [aModel(1, { serial: 'INV-7' }), END]);
    expect(await discoverDevice(read)).toMatchObject({ serial: 'INV-7' });
  });

  it('C2 takes an exception in place of the end marker for the end', async () => {
    const { read } = aDevice(40_000, [aModel(1), aModel(103)]);
    expect((await discoverDevice(read))?.models.map(({ id }) => id)).toEqual([1, 103]);
  });

  it('C2 reads ID and L one by one where a read across the end is refused', async () => {
    const models = [aModel(1), aModel(201), END];
    const wall = 40_000 + 2 + 68 + 107 + 1;
    const { read } = aDevice(40_000, models, wall);
    expect((await discoverDevice(read))?.models.map(({ id }) => id)).toEqual([1, 201]);
  });

  it('C2 ends with the address space where there is no terminator at all', async () => {
    const filler = aModel(64_999, { length: 65_536 - 50_002 - 68 - 2 });
    const { read } = aDevice(50_000, [aModel(1), filler]);
    expect((await discoverDevice(read))?.models.map(({ id }) => id)).toEqual([1, 64_999]);
  });

  it('C2 keeps the devices behind two common blocks apart', async () => {
    const { read } = aDevice(40_000, [
      aModel(1, { serial: 'A' }),
      aModel(103),
      aModel(1, { serial: 'B' }),
      aModel(203),
      END,
    ]);
    const found = await discoverDevice(read);
    expect(found?.models.map(({ id, commonIndex }) => [id, commonIndex])).toEqual([
      [1, 0],
      [103, 0],
      [1, 1],
      [203, 1],
    ]);
    expect(found?.identities.map(({ serial }) => serial)).toEqual(['A', 'B']);
  });

  it.each([65, 66, 80])('C2 walks on over a common model of length %s', async (length) => {
    const { read } = aDevice(40_000, [aModel(1, { length, serial: 'S9' }), aModel(103), END]);
    const found = await discoverDevice(read);
    expect(found).toMatchObject({ serial: 'S9', models: [{ length }, { id: 103, address: 40_004 + length }] });
  });

  it('C2 steps over models it has no table of', async () => {
    const { read } = aDevice(40_000, [aModel(1), aModel(64_123, { length: 9 }), aModel(103), END]);
    const found = await discoverDevice(read);
    expect(found?.models.map(({ id, words }) => [id, words !== undefined])).toEqual([
      [1, true],
      [64_123, false],
      [103, true],
    ]);
  });

  it('C2 never reads more than 125 registers nor through a point', async () => {
    const { read, reads } = aDevice(40_000, [aModel(1), aModel(701), END]);
    const found = await discoverDevice(read);
    expect(Math.max(...reads.map(({ count }) => count))).toBeLessThanOrEqual(125);
    const start = found?.models[1]?.address ?? 0;
    for (const { offset, size } of findModel(701)?.points ?? []) {
      const whole = reads.some(
        ({ address, count }) => address <= start + offset && start + offset + size <= address + count,
      );
      expect(whole).toBe(true);
    }
  });

  it('C2 finds nothing where no base holds the mark', async () => {
    const { read } = aDevice(40_100, [aModel(1), END]);
    expect(await discoverDevice(read)).toBeUndefined();
  });

  it('rejects when the device is silent instead of calling it bare', async () => {
    const read: ReadRegisters = () => Promise.reject(new ModbusError('TIMEOUT', 'silent'));
    await expect(discoverDevice(read)).rejects.toMatchObject({ kind: 'TIMEOUT' });
  });
});
