import { createServer, type Server } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { freePort } from '../local/ports.ts';
import { registerCommunity } from './register-community.ts';
import type { Enrolment } from './enrol-community.ts';

let server: Server | undefined;
afterEach(() => void server?.close());

/** Portal and market in one: refuses with each of the answers in turn, then takes everything. */
function serve(port: number, answers: number[]): void {
  server = createServer((_request, response) => {
    const status = answers.shift() ?? 201;
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ code: 'MARKET_MEMBER_UNKNOWN', detail: 'the member is not known yet' }));
  }).listen(port, '127.0.0.1');
}

const community = { document: {}, mandates: [], orders: [], token: 'a-token' } as unknown as Enrolment & {
  token: string;
};
const register = (port: number, patience: { signal?: AbortSignal; refusedForMs?: number } = {}) => {
  const url = `http://127.0.0.1:${port}`;
  return registerCommunity({ portal: url, market: url }, community, { settle: async () => undefined, ...patience });
};

describe('the registration of a scenario', () => {
  it('waits for a service that is still coming up, and for one that has yet to hear of the community', async () => {
    const port = await freePort();
    const registering = register(port);
    setTimeout(() => serve(port, [503, 503]), 150);
    await registering;
  });

  it('gives up with the reason where it is refused for good', async () => {
    const port = await freePort();
    serve(
      port,
      Array.from({ length: 1000 }, () => 422),
    );
    await expect(register(port, { refusedForMs: 250 })).rejects.toThrow(
      'MARKET_MEMBER_UNKNOWN: the member is not known yet',
    );
  });

  it('ends where the person ends the start', async () => {
    const ending = new AbortController();
    const registering = register(await freePort(), { signal: ending.signal });
    setTimeout(() => ending.abort(), 50);
    await expect(registering).rejects.toThrow('aborted');
  });
});
