/** Asks a chain's node one thing. */
export type Rpc = (method: string, params: readonly unknown[]) => Promise<unknown>;

/** The node gave no answer, or refused this one question. */
export class NodeError extends Error {
  constructor(
    readonly kind: 'away' | 'refused',
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'NodeError';
  }
}

const TIMEOUT_MS = 8_000;

/** JSON-RPC over HTTP with the browser's own fetch: the node that answers is the one at this address, nobody between. */
export function rpcAt(url: string, timeoutMs = TIMEOUT_MS): Rpc {
  return async (method, params) => {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
      signal: AbortSignal.timeout(timeoutMs),
      credentials: 'omit',
      referrerPolicy: 'no-referrer',
    }).catch((error: unknown) => {
      throw new NodeError('away', error instanceof Error ? error.message : String(error), { cause: error });
    });
    const answer = await readAnswer(response);
    if (answer.error !== undefined) throw new NodeError('refused', answer.error.message ?? 'without a reason');
    return answer.result;
  };
}

interface Answer {
  readonly result?: unknown;
  readonly error?: { readonly message?: string };
}

async function readAnswer(response: Response): Promise<Answer> {
  const text = await response.text();
  try {
    const answer = JSON.parse(text) as Answer | null;
    if (answer !== null && typeof answer === 'object' && ('result' in answer || 'error' in answer)) return answer;
  } catch (error) {
    throw new NodeError('away', `HTTP ${response.status}, not JSON-RPC`, { cause: error });
  }
  throw new NodeError('away', `HTTP ${response.status}, not JSON-RPC`);
}
