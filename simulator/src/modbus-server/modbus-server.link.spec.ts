import { createRequire } from 'node:module';
import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FaultyDevice } from './testing/faulty-device.ts';
import { ModbusServer } from './modbus-server.link.ts';
import type { Refusal, RegisterDevice } from './register-device.ts';

const { default: ModbusRTU } = createRequire(import.meta.url)('modbus-serial') as typeof import('modbus-serial');

/** Registers 0 to 299, each holding its own address until written. */
class PlainDevice implements RegisterDevice {
  readonly words = Uint16Array.from({ length: 300 }, (_, i) => i);
  writes = 0;

  read(address: number, count: number): Uint16Array | Refusal {
    return address + count > this.words.length ? 2 : this.words.subarray(address, address + count);
  }

  write(address: number, words: Uint16Array): Refusal | undefined {
    if (address + words.length > this.words.length) return 2;
    this.words.set(words, address);
    this.writes += 1;
    return undefined;
  }
}

/** Sends raw bytes and collects what comes back until `bytes` have arrived, the peer closes or nothing comes for a while. */
async function exchange(port: number, hex: string, bytes: number): Promise<{ hex: string; isClosed: boolean }> {
  const socket: Socket = connect({ port, host: '127.0.0.1' });
  const chunks: Buffer[] = [];
  let isClosed = false;
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, 600);
    const done = (): void => {
      clearTimeout(timer);
      resolve();
    };
    socket.on('data', (chunk) => {
      chunks.push(chunk);
      if (Buffer.concat(chunks).length >= bytes) done();
    });
    socket.on('close', () => {
      isClosed = true;
      done();
    });
    socket.on('error', done);
    socket.write(Buffer.from(hex.replaceAll(' ', ''), 'hex'));
  });
  socket.destroy();
  return { hex: Buffer.concat(chunks).toString('hex'), isClosed };
}

describe('Modbus TCP server', () => {
  const device = new PlainDevice();
  const faulty = new FaultyDevice(device);
  let nowMs = 0;
  const server = new ModbusServer({ units: new Map([[1, faulty]]), now: () => nowMs, maxConnections: 3 });
  let port = 0;
  beforeAll(async () => {
    port = await server.listen();
  });
  afterAll(() => server.close());

  const ask = async (pdu: string): Promise<string> => {
    const length = (pdu.replaceAll(' ', '').length / 2 + 1).toString(16).padStart(4, '0');
    const { hex } = await exchange(port, `0007 0000 ${length} 01 ${pdu}`, 9);
    return hex.slice(14);
  };

  it.each([
    ['FC3 of 2 registers', '03 0005 0002', '030400050006'],
    ['FC4 of 1 register', '04 0005 0001', '04020005'],
    ['FC3 quantity 0: 03', '03 0000 0000', '8303'],
    ['FC3 quantity 126: 03', '03 0000 007e', '8303'],
    ['FC3 quantity 128: 03', '03 0000 0080', '8303'],
    ['FC3 beyond the address space: 02', '03 ffff 0002', '8302'],
    ['FC3 outside of the device: 02', '03 1000 0001', '8302'],
    ['a short FC3: 03', '03 0000', '8303'],
    ['FC6', '06 0010 1234', '0600101234'],
    ['FC16', '10 0020 0002 04 0001 0002', '1000200002'],
    ['FC16 byte count that lies: 03', '10 0000 0002 02 0001 0002', '9003'],
    ['FC16 of 124 registers: 03', `10 0000 007c f8 ${'0001'.repeat(124)}`, '9003'],
    ['FC1: 01', '01 0000 0001', '8101'],
    ['FC5: 01', '05 0000 1234', '8501'],
    ['FC22: 01', '16 0004 00f2 0025', '9601'],
    ['FC8: 01', '08 0000 a537', '8801'],
  ])('TCP-1 answers %s', async (_what, request, answer) => {
    expect(await ask(request)).toBe(answer);
  });

  it('answers 0B for a unit it does not serve', async () => {
    expect((await exchange(port, '0001 0000 0006 09 03 0000 0001', 9)).hex).toBe(
      '000100000003098 30b'.replace(' ', ''),
    );
  });

  it.each([
    ['a foreign protocol id', '0001 0001 0006 01 03 0000 0001'],
    ['a length of 0xFFFF', '0001 0000 ffff 01 03 0000 0001'],
    ['a length of 1', '0001 0000 0001 01'],
  ])('closes the connection at %s and stays alive', async (_what, bytes) => {
    const { hex, isClosed } = await exchange(port, bytes, 1);
    expect([hex, isClosed]).toEqual(['', true]);
    expect(await ask('03 0001 0001')).toBe('03020001');
  });

  it('TCP-3 answers pipelined requests in order', async () => {
    const requests = [1, 2, 3].map((id) => `000${id} 0000 0006 01 03 000${id} 0001`).join('');
    const { hex } = await exchange(port, requests, 33);
    expect(hex).toBe([1, 2, 3].map((id) => `000${id}0000000501030 2000${id}`.replace(' ', '')).join(''));
  });

  it('TCP-2 waits for the rest of a request', async () => {
    const socket = connect({ port, host: '127.0.0.1' });
    for (const byte of Buffer.from('00010000000601030009 0001'.replace(' ', ''), 'hex')) {
      socket.write(Buffer.from([byte]));
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    const chunk = await new Promise<Buffer>((resolve) => socket.once('data', resolve));
    socket.destroy();
    expect(chunk.toString('hex')).toBe('0001000000050103020009');
  });

  it('closes a connection beyond its cap', async () => {
    const open = [1, 2, 3].map(() => connect({ port, host: '127.0.0.1' }));
    await Promise.all(open.map((socket) => new Promise((resolve) => socket.once('connect', resolve))));
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect((await exchange(port, '0001 0000 0006 01 03 0000 0001', 9)).hex).toBe('');
    for (const socket of open) socket.destroy();
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(await ask('03 0001 0001')).toBe('03020001');
  });

  it('shows faults of a device until their time is over', async () => {
    faulty.setFault({ kind: 'exception', code: 6, untilMs: 1000 });
    expect(await ask('03 0001 0001')).toBe('8306');
    faulty.setFault({ kind: 'silent', untilMs: 1000 });
    expect(await ask('03 0001 0001')).toBe('');
    faulty.setFault({ kind: 'disconnecting', untilMs: 1000 });
    expect((await exchange(port, '0001 0000 0006 01 03 0000 0001', 9)).isClosed).toBe(true);
    faulty.setFault({ kind: 'frozen', untilMs: 1000 });
    expect(await ask('03 0005 0001')).toBe('03020005');
    device.words[5] = 99;
    expect(await ask('03 0005 0001')).toBe('03020005');
    nowMs = 1000;
    expect(await ask('03 0005 0001')).toBe('03020063');
    device.words[5] = 5;
    faulty.setFault(undefined);
  });

  it('serves modbus-serial as a client', async () => {
    const client = new ModbusRTU();
    await client.connectTCP('127.0.0.1', { port });
    client.setID(1);
    client.setTimeout(1000);
    expect((await client.readHoldingRegisters(100, 125)).data).toEqual(Array.from({ length: 125 }, (_, i) => 100 + i));
    expect((await client.readInputRegisters(7, 2)).data).toEqual([7, 8]);
    await client.writeRegisters(200, [7, 65_535]);
    await client.writeRegister(202, 42);
    expect((await client.readHoldingRegisters(200, 3)).data).toEqual([7, 65_535, 42]);
    await expect(client.readHoldingRegisters(299, 2)).rejects.toMatchObject({ modbusCode: 2 });
    await expect(client.readCoils(0, 1)).rejects.toMatchObject({ modbusCode: 1 });
    await new Promise<void>((resolve) => client.close(() => resolve()));
  });
});
