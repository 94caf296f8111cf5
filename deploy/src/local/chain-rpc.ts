const TIMEOUT_MS = 10_000;

/** Asks an EVM node; nobody there, or an error, is thrown. */
export async function askNode(url: string, method: string, params: readonly unknown[] = []): Promise<unknown> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  const { result, error } = (await response.json()) as { result?: unknown; error?: { message?: string } };
  if (error !== undefined) throw new Error(`${method}: ${error.message ?? 'refused'}`);
  return result;
}

/** Chain id of the node at a URL; undefined where none answers. */
export async function chainIdOf(url: string): Promise<number | undefined> {
  try {
    const result = await askNode(url, 'eth_chainId');
    return typeof result === 'string' ? Number(result) : undefined;
  } catch {
    // Whatever went wrong: nobody usable answers.
    return undefined;
  }
}
