import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Answers one question of a node; what it throws is told as the node's refusal. */
export type AnswerRpc = (method: string, params: unknown[]) => unknown;

/** A node over HTTP on loopback. */
export interface RpcServer {
  readonly url: string;
  /** What it answers with; a spec may stand in between. */
  answer: AnswerRpc;
  close(): Promise<void>;
}

export async function serveRpc(answer: AnswerRpc): Promise<RpcServer> {
  const http = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { id, method, params } = JSON.parse(Buffer.concat(chunks).toString()) as {
        id: number;
        method: string;
        params: unknown[];
      };
      void tell(server.answer, method, params).then((told) => {
        response.setHeader('content-type', 'application/json');
        response.end(typeof told === 'string' ? told : JSON.stringify({ jsonrpc: '2.0', id, ...told }));
      });
    });
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const server: RpcServer = {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
    answer,
    close: () =>
      new Promise((resolve) => {
        http.close(() => resolve());
        http.closeAllConnections();
      }),
  };
  return server;
}

/** A plain text is sent as it is: what a wrong address may answer. */
export class PlainText {
  constructor(readonly text: string) {}
}

async function tell(answer: AnswerRpc, method: string, params: unknown[]): Promise<object | string> {
  try {
    const result = await answer(method, params);
    return result instanceof PlainText ? result.text : { result: result ?? null };
  } catch (error) {
    return { error: { code: -32_000, message: error instanceof Error ? error.message : String(error) } };
  }
}
