/** Node that the person named for a chain; kept in this browser alone. */
export function readNodeChoice(chainId: number): string | undefined {
  return localStorage.getItem(keyOf(chainId)) ?? undefined;
}

/** Keeps a choice, or forgets it. */
export function keepNodeChoice(chainId: number, rpcUrl: string | undefined): void {
  if (rpcUrl === undefined) localStorage.removeItem(keyOf(chainId));
  else localStorage.setItem(keyOf(chainId), rpcUrl);
}

const keyOf = (chainId: number): string => `wattmesh.node.${chainId}`;
