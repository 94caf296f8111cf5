import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ModbusError } from './modbus-error.ts';
import { answerOf, type Behaviour, RawPeer } from './testing/raw-peer.ts';
import { TcpLink } from './tcp.link.ts';

const FAULTS: readonly Behaviour[] = [
  ({ frame, socket }) => setTimeout(() => socket.writable && socket.write(answerOf(frame)), 30),
  ({ frame, socket }) => socket.write(Buffer.concat([answerOf(frame), answerOf(frame)])),
  ({ frame, socket }) => socket.write(answerOf(frame).subarray(0, 8)),
  ({ frame, socket }) =>
    socket.write(rewritten(frame, (reply) => reply.writeUInt16BE((reply.readUInt16BE(0) - 20) & 0xffff, 0))),
  ({ frame, socket }) => socket.write(rewritten(frame, (reply) => reply.writeUInt8(reply.readUInt8(6) + 1, 6))),
  ({ frame, socket }) => socket.write(rewritten(frame, (reply) => reply.writeUInt16BE(0xffff, 4))),
  ({ frame, socket }) => socket.write(rewritten(frame, (reply) => reply.writeUInt16BE(1, 2))),
  ({ frame, socket }) => socket.write(rewritten(frame, (reply) => reply.writeUInt8(reply.readUInt8(8) ^ 2, 8))),
  ({ frame, socket }) => socket.write(rewritten(frame, (reply) => reply.writeUInt8(4, 7))),
  ({ frame, socket }) => socket.end(answerOf(frame)),
  ({ socket }) => socket.destroy(),
  ({ socket }) => socket.resetAndDestroy(),
  () => undefined,
];

function rewritten(frame: Buffer, change: (reply: Buffer) => unknown): Buffer {
  const reply = answerOf(frame);
  change(reply);
  return reply;
}

describe('Modbus TCP link under faults', () => {
  it('never gives a wrong value, and settles every request', async () => {
    const draw = fc.sample(fc.record({ isFaulty: fc.boolean(), fault: fc.nat(FAULTS.length - 1) }), {
      numRuns: 400,
      seed: 7,
    });
    const peer = new RawPeer((request) => {
      const { isFaulty, fault } = draw[request.index % draw.length] ?? { isFaulty: false, fault: 0 };
      if (isFaulty) FAULTS[fault]?.(request);
      else request.socket.write(answerOf(request.frame));
    });
    const port = await peer.listen();
    const links = [1, 2, 4, 8].map((window) => new TcpLink({ host: '127.0.0.1', port, window, timeoutMs: 20 }));
    let right = 0;
    const readAll = async (link: TcpLink): Promise<void> => {
      for (let i = 0; i < 40; i++) {
        const reads = [0, 1, 2, 3].map(async (n) => {
          const address = 4 * i + n;
          const words = await link.read(1, address, 2).catch((error: unknown) => error);
          if (words instanceof ModbusError) return;
          expect(words).toEqual(Uint16Array.of(address, address + 1));
          right += 1;
        });
        await Promise.all(reads);
      }
    };
    await Promise.all(links.map(readAll));
    for (const link of links) await link.close();
    await peer.close();
    expect(right).toBeGreaterThan(20);
  });
});
