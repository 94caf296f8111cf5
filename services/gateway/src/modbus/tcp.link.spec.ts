import { afterEach, describe, expect, it } from 'vitest';
import { ModbusError, type ModbusErrorKind } from './modbus-error.ts';
import { answerOf, type Behaviour, RawPeer } from './testing/raw-peer.ts';
import { TcpLink, type TcpLinkOptions } from './tcp.link.ts';

const open: { close(): Promise<void> }[] = [];

async function linkTo(
  behave: Behaviour,
  options: Partial<TcpLinkOptions> = {},
): Promise<{ link: TcpLink; peer: RawPeer }> {
  const peer = new RawPeer(behave);
  const port = await peer.listen();
  const link = new TcpLink({ host: '127.0.0.1', port, timeoutMs: 3000, ...options });
  open.push(link, peer);
  return { link, peer };
}

async function kindOf(promise: Promise<unknown>): Promise<ModbusErrorKind | 'resolved'> {
  return promise.then(
    () => 'resolved' as const,
    (error: unknown) => {
      if (!(error instanceof ModbusError)) throw error;
      return error.kind;
    },
  );
}

const honest: Behaviour = ({ frame, socket }) => socket.write(answerOf(frame));
const firstOnly =
  (first: Behaviour): Behaviour =>
  (request) =>
    request.index === 0 ? first(request) : honest(request);

describe('Modbus TCP link against raw sockets', () => {
  afterEach(async () => {
    for (const thing of open.splice(0)) await thing.close();
  });

  it('CLIENT-1 drops a late answer instead of giving it to a later request', async () => {
    let late: Buffer | undefined;
    const { link } = await linkTo(
      ({ frame, socket, index }) => {
        if (index === 0) late = answerOf(frame);
        else
          socket.write(index === 300 && late !== undefined ? Buffer.concat([late, answerOf(frame)]) : answerOf(frame));
      },
      { window: 2, timeoutMs: 5000 },
    );
    const first = link.read(1, 100, 1);
    for (let i = 1; i < 300; i++) await link.read(1, i, 1);
    expect([...(await link.read(1, 300, 1))]).toEqual([300]);
    expect([...(await first)]).toEqual([100]);
  });

  it('CLIENT-1 gives no answer of a timed-out request to its successor', async () => {
    const { link } = await linkTo(
      firstOnly(({ frame, socket }) => setTimeout(() => !socket.destroyed && socket.write(answerOf(frame)), 300)),
      { timeoutMs: 200 },
    );
    expect(await kindOf(link.read(1, 555, 1))).toBe('TIMEOUT');
    for (const address of [777, 888]) expect([...(await link.read(1, address, 1))]).toEqual([address]);
  });

  it('CLIENT-2 answers 600 concurrent reads on one connection, each with its own registers', async () => {
    const { link, peer } = await linkTo(honest, { window: 16, timeoutMs: 5000 });
    const reads = await Promise.all(Array.from({ length: 600 }, (_, i) => link.read(1, i, 2)));
    reads.forEach((words, i) => expect([...words]).toEqual([i, i + 1]));
    expect(peer.connections).toBe(1);
  });

  it('CLIENT-3 drops the connection at a length of 0xFFFF and reads on afterwards', async () => {
    const { link, peer } = await linkTo(
      firstOnly(({ socket }) => socket.write(Buffer.from('00010000ffff0103', 'hex'))),
    );
    expect(await kindOf(link.read(1, 0, 1))).toBe('FRAMING');
    expect([...(await link.read(1, 7, 1))]).toEqual([7]);
    expect(peer.connections).toBe(2);
  });

  it('CLIENT-4 reads on after a frame that was cut off', async () => {
    const { link } = await linkTo(
      firstOnly(({ frame, socket }) => socket.write(answerOf(frame).subarray(0, 10))),
      { timeoutMs: 200 },
    );
    expect(await kindOf(link.read(1, 0, 2))).toBe('TIMEOUT');
    expect([...(await link.read(1, 7, 1))]).toEqual([7]);
  });

  it('CLIENT-5 refuses a frame with a foreign protocol id', async () => {
    const { link } = await linkTo(
      firstOnly(({ frame, socket }) => {
        const reply = answerOf(frame);
        reply.writeUInt16BE(7, 2);
        socket.write(reply);
      }),
    );
    expect(await kindOf(link.read(1, 0, 1))).toBe('FRAMING');
    expect(await kindOf(link.read(1, 0, 1))).toBe('resolved');
  });

  it('CLIENT-6 ignores a stray frame of another unit and takes the right one after it', async () => {
    const { link } = await linkTo(({ frame, socket }) => {
      const stray = answerOf(frame);
      stray[6] = 9;
      socket.write(stray);
      setTimeout(() => socket.write(answerOf(frame)), 20);
    });
    expect([...(await link.read(1, 42, 1))]).toEqual([42]);
  });

  it('CLIENT-7 rejects at once when the peer closes while a request waits', async () => {
    const { link } = await linkTo(({ socket }) => socket.end(), { timeoutMs: 60_000 });
    const startMs = performance.now();
    expect(await kindOf(link.read(1, 0, 1))).toBe('CLOSED');
    expect(performance.now() - startMs).toBeLessThan(1000);
  });

  it('CLIENT-8 rejects what waits when it is closed, and every request after it', async () => {
    const { link } = await linkTo(() => undefined, { timeoutMs: 60_000 });
    const [inFlight, queued] = [link.read(1, 0, 1), link.read(1, 1, 1)].map(kindOf);
    await new Promise((resolve) => setTimeout(resolve, 20));
    await link.close();
    expect(await inFlight).toBe('CLOSED');
    expect(await queued).toBe('CLOSED');
    expect(await kindOf(link.read(1, 0, 1))).toBe('CLOSED');
  });

  it('CLIENT-9 refuses an answer with another byte count', async () => {
    const { link, peer } = await linkTo(
      firstOnly(({ frame, socket }) =>
        socket.write(Buffer.concat([frame.subarray(0, 4), Buffer.from('000501030200aa', 'hex')])),
      ),
    );
    expect(await kindOf(link.read(1, 0, 2))).toBe('BAD_PDU');
    expect(await kindOf(link.read(1, 0, 2))).toBe('resolved');
    expect(peer.connections).toBe(1);
  });

  it.each([
    ['address', 8],
    ['count', 10],
  ])('CLIENT-10 refuses the echo of a write with another %s', async (_what, at) => {
    const { link } = await linkTo(({ frame, socket }) => {
      const reply = answerOf(frame);
      reply.writeUInt16BE(77, at);
      socket.write(reply);
    });
    expect(await kindOf(link.write(1, 10, [1, 2]))).toBe('ECHO_MISMATCH');
  });

  it.each([0, 126, 1000, 1.5])('CLIENT-11 sends no read of %s registers', async (count) => {
    const { link, peer } = await linkTo(honest);
    expect(await kindOf(link.read(1, 0, count))).toBe('RANGE');
    expect(peer.requests).toEqual([]);
  });

  it('CLIENT-11 sends no write of 124 registers, no address beyond 65535, no unit beyond 255', async () => {
    const { link, peer } = await linkTo(honest);
    expect(await kindOf(link.write(1, 0, new Uint16Array(124)))).toBe('RANGE');
    expect(await kindOf(link.read(1, 65_535, 2))).toBe('RANGE');
    expect(await kindOf(link.read(1, -1, 2))).toBe('RANGE');
    expect(await kindOf(link.read(256, 0, 2))).toBe('RANGE');
    expect(peer.requests).toEqual([]);
  });

  it.each([3.7, Number.NaN, -1, 65_536, Number.POSITIVE_INFINITY])('CLIENT-12 never writes %s', async (value) => {
    const { link, peer } = await linkTo(honest);
    expect(await kindOf(link.write(1, 0, [value]))).toBe('RANGE');
    expect(peer.requests).toEqual([]);
  });

  it('CLIENT-13 resolves a broadcast write after the turnaround delay', async () => {
    const { link } = await linkTo(() => undefined, { turnaroundMs: 20, timeoutMs: 5000 });
    expect(await kindOf(link.write(0, 0, [1]))).toBe('resolved');
  });

  it('CLIENT-14 closes after the peer has closed', async () => {
    const { link, peer } = await linkTo(honest);
    await link.read(1, 0, 1);
    for (const socket of peer.sockets) socket.destroy();
    await new Promise((resolve) => setTimeout(resolve, 20));
    await link.close();
    await link.close();
  });

  it('C20 CLIENT-15 holds one socket at most, however often the peer hangs up', async () => {
    const { link, peer } = await linkTo(({ frame, socket }) => socket.end(answerOf(frame)));
    for (let i = 0; i < 50; i++) {
      await link.read(1, i, 1).catch(() => undefined);
      expect(peer.sockets.size).toBeLessThanOrEqual(2);
    }
    await link.close();
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(peer.sockets.size).toBe(0);
  });

  it('opens no connection before the first request and says when there is none', async () => {
    const peer = new RawPeer(honest);
    const port = await peer.listen();
    await peer.close();
    const link = new TcpLink({ host: '127.0.0.1', port });
    open.push(link);
    const error = await link.read(1, 0, 1).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ kind: 'CLOSED', wasSent: false, retriable: true });
  });

  it('gives the exception code of the device', async () => {
    const { link } = await linkTo(({ frame, socket }) =>
      socket.write(Buffer.concat([frame.subarray(0, 4), Buffer.from('0003018302', 'hex')])),
    );
    await expect(link.read(1, 0, 1)).rejects.toMatchObject({ kind: 'EXCEPTION', exceptionCode: 2, retriable: false });
  });

  it('C20 keeps to its window and serves the queue in order', async () => {
    let waiting = 0;
    let most = 0;
    const { link, peer } = await linkTo(({ frame, socket }) => {
      waiting += 1;
      most = Math.max(most, waiting);
      setTimeout(() => {
        waiting -= 1;
        socket.write(answerOf(frame));
      }, 2);
    });
    await Promise.all([5, 6, 7, 8].map((address) => link.read(1, address, 1)));
    expect(most).toBe(1);
    expect(peer.requests.map((frame) => frame.readUInt16BE(8))).toEqual([5, 6, 7, 8]);
  });

  it('TCP-2 and TCP-3 takes answers byte by byte and several in one packet', async () => {
    let held = Buffer.alloc(0);
    const { link } = await linkTo(
      ({ frame, socket, index }) => {
        held = Buffer.concat([held, answerOf(frame)]);
        if (index < 3) return;
        for (const byte of held) socket.write(Buffer.from([byte]));
      },
      { window: 4 },
    );
    const reads = await Promise.all([1, 2, 3, 4].map((address) => link.read(1, address, 3)));
    expect(reads.map((words) => words[0])).toEqual([1, 2, 3, 4]);
  });
});
