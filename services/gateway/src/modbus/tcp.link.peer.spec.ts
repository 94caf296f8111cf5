import { once } from 'node:events';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import type { ServerTCP as ServerTcp } from 'modbus-serial';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TcpLink } from './tcp.link.ts';

const { ServerTCP } = createRequire(import.meta.url)('modbus-serial') as { ServerTCP: typeof ServerTcp };

/** modbus-serial takes no port 0, so a free one is found first. */
async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  await new Promise<void>((resolve) => probe.close(() => resolve()));
  return typeof address === 'object' && address !== null ? address.port : 0;
}

describe('Modbus TCP link against the server of modbus-serial', () => {
  const words = Uint16Array.from({ length: 1000 }, (_, i) => i);
  let server: ServerTcp;
  let link: TcpLink;
  let port = 0;
  beforeAll(async () => {
    port = await freePort();
    server = new ServerTCP(
      {
        getHoldingRegister: (address: number) => words[address] ?? 0,
        setRegister: (address: number, value: number) => {
          words[address] = value;
        },
      },
      { host: '127.0.0.1', port, unitID: 7 },
    );
    await once(server, 'initialized');
    link = new TcpLink({ host: '127.0.0.1', port });
  });
  afterAll(async () => {
    await link.close();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  });

  it('reads and writes', async () => {
    expect([...(await link.read(7, 100, 125))]).toEqual(Array.from({ length: 125 }, (_, i) => 100 + i));
    await link.write(7, 500, [1, 2, 65_535]);
    expect([...(await link.read(7, 500, 3))]).toEqual([1, 2, 65_535]);
  });

  it('hears that a unit is not served by its silence', async () => {
    const impatient = new TcpLink({ host: '127.0.0.1', port, timeoutMs: 50 });
    await expect(impatient.read(8, 0, 1)).rejects.toMatchObject({ kind: 'TIMEOUT' });
    await impatient.close();
  });
});
