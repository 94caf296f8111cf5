import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aClearing, aLane, at, HASH } from '../testing/a-lane.ts';
import { PortalBench } from '../testing/portal-bench.ts';
import { ProofView } from '../view/proof-view.schema.ts';

const PATH = `/api/v1/members/home-1/proofs/${at(0)}/preliminary`;
const [account] = aClearing(0, 'preliminary', { 'home-1': 400 }).accounts;

const PROOF = {
  root: HASH,
  leafCount: 4,
  tradeCount: 1,
  commit: 'final',
  history: [
    {
      intervalStart: at(0),
      run: 'preliminary',
      tradeCount: 1,
      leafCount: 4,
      sharedWh: 5,
      priceMicroPerKwh: 6,
      root: HASH,
      dataHash: HASH,
    },
  ],
  leaves: [
    {
      place: {
        chainId: 1,
        settlement: `0x${'a'.repeat(40)}`,
        communityId: 'lane',
        interval: 1,
        run: 0,
        index: 2,
        salt: '0x00',
      },
      leaf: { kind: 'account', fields: account },
      hash: HASH,
      siblings: [HASH],
    },
  ],
};

describe('a proof', () => {
  let bench: PortalBench;
  let server: Server;
  let answer: { status: number; body: unknown } = { status: 200, body: PROOF };
  const asked: string[] = [];
  beforeAll(async () => {
    server = createServer((request, response) => {
      asked.push(request.url ?? '');
      response.writeHead(answer.status, { 'content-type': 'application/json' }).end(JSON.stringify(answer.body));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    bench = await PortalBench.open(process.env['WATTMESH_TEST_DATABASE'], 'portal_proof');
    await bench.start({ PORTAL_SETTLEMENT_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}/` });
    await bench.register(aLane());
  });
  afterAll(async () => {
    await bench.close();
    server.close();
  });

  it("is the settlement's own, handed on as it is", async () => {
    const { status, body } = await bench.get(PATH);
    expect([status, body]).toEqual([200, PROOF]);
    expect(ProofView.parse(body)).toEqual(PROOF);
    expect(asked.map(decodeURIComponent)).toEqual([`/proofs/${at(0)}/preliminary/home-1`]);
  });

  it('is refused with the reason where there is none, or nobody to ask', async () => {
    answer = { status: 404, body: {} };
    expect(await bench.get(PATH)).toMatchObject({ status: 404, body: { code: 'PORTAL_PROOF_UNKNOWN' } });
    answer = { status: 200, body: { root: 'nonsense' } };
    expect(await bench.get(PATH)).toMatchObject({ status: 503, body: { code: 'PORTAL_SETTLEMENT_AWAY' } });
    server.close();
    server.closeAllConnections();
    expect(await bench.get(PATH)).toMatchObject({ status: 503, body: { code: 'PORTAL_SETTLEMENT_AWAY' } });
  });
});
