import type { Signer, TransactionReceipt, TransactionRequest } from 'ethers';

/** The set-up of a community's contracts cannot go on; the message says what to do. */
export class ChainSetupError extends Error {
  readonly code = 'CONTRACTS_SETUP_FAILED';
}

/**
 * Sends transactions that do not depend on each other with consecutive nonces and waits for all. For set-up only: it keeps
 * no record, so a caller asks the chain what is there before it builds the transactions.
 */
export async function sendTransactions(
  signer: Signer,
  requests: readonly TransactionRequest[],
): Promise<TransactionReceipt[]> {
  const firstNonce = await signer.getNonce('pending');
  const sent = [];
  for (const [offset, request] of requests.entries())
    sent.push(await signer.sendTransaction({ ...request, nonce: firstNonce + offset }));
  const receipts: TransactionReceipt[] = [];
  for (const response of sent) {
    const receipt = await response.wait();
    if (receipt?.status !== 1)
      throw new ChainSetupError(
        `transaction ${response.hash} reverted; look at it on the chain and run the set-up again`,
      );
    receipts.push(receipt);
  }
  return receipts;
}

/** Splits a list into parts of at most `size`, so that one transaction stays far below the gas limit. */
export function chunksOf<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, part) =>
    items.slice(part * size, (part + 1) * size),
  );
}
