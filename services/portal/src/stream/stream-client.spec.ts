import type { Response } from 'express';
import { createServer, type Server } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { StreamClient, type StreamSource } from './stream-client.link.ts';
import type { StreamEvent } from './stream-event.ts';

/** A log without an end, and how far anybody has read it. */
class EndlessLog implements StreamSource {
  readTo = 0;

  after(position: number, most: number): Promise<StreamEvent[]> {
    this.readTo = Math.max(this.readTo, position + most);
    const payload = JSON.stringify({ text: 'x'.repeat(2000) });
    return Promise.resolve(
      Array.from({ length: most }, (_, index) => ({
        position: position + index + 1,
        topic: 'gateway.interval-metered.v1',
        key: 'meter',
        payload,
        archivedMs: 0,
        communityId: 'lane',
      })),
    );
  }

  listen(): () => void {
    return () => undefined;
  }

  hello(position: number): { asOf: string; position: number; speed: number } {
    return { asOf: '2026-01-01T00:00:00Z', position, speed: 1 };
  }
}

describe('a stream to a client that takes nothing', () => {
  let server: Server;
  let socket: Socket;
  afterEach(() => {
    socket.destroy();
    server.closeAllConnections();
    server.close();
  });

  it('reads no further than the socket takes, and is cut with a reason', async () => {
    const log = new EndlessLog();
    const ended = Promise.withResolvers<string | undefined>();
    server = createServer((_, response) => {
      const client = new StreamClient(
        response as unknown as Response,
        { communityId: 'lane', source: log, after: 0 },
        { heartbeatMs: 20, patienceMs: 200 },
      );
      client.run().then(ended.resolve, ended.reject);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
    await new Promise((resolve) => socket.once('connect', resolve));
    socket.pause();
    socket.write('GET / HTTP/1.1\r\nhost: portal\r\n\r\n');
    expect(await ended.promise).toMatch(/takes nothing/);
    // What the kernel's buffers hold on both sides, and no more: some MB of 2 kB each.
    expect(log.readTo).toBeLessThan(10_000);
  });
});
