import { settlementDomain } from '@wattmesh/contracts/hash-mandate';
import { encodeBytes32String, verifyTypedData } from 'ethers';
import type { SettlementContract } from '../mandate/verify-mandate.ts';

/** Terms of a standing order, as in `market.order-placed.v1`. */
export interface OrderTerms {
  readonly orderId: string;
  readonly memberId: string;
  readonly communityId: string;
  readonly side: 'bid' | 'ask';
  readonly limitMicroPerKwh: number;
  readonly validFrom: string;
  readonly mandateHash: string;
}

export const ORDER_TYPES = {
  Order: [
    { name: 'orderId', type: 'bytes16' },
    { name: 'memberId', type: 'bytes32' },
    { name: 'communityId', type: 'bytes32' },
    { name: 'isBid', type: 'bool' },
    { name: 'limitMicroPerKwh', type: 'int64' },
    { name: 'validFrom', type: 'uint64' },
    { name: 'mandateHash', type: 'bytes32' },
  ],
};

/** An order as EIP-712 typed data; the UUID as its 16 bytes, the start in Unix seconds. */
export function encodeOrder(terms: OrderTerms): Record<string, string | bigint | boolean> {
  return {
    orderId: `0x${terms.orderId.replaceAll('-', '')}`,
    memberId: encodeBytes32String(terms.memberId),
    communityId: encodeBytes32String(terms.communityId),
    isBid: terms.side === 'bid',
    limitMicroPerKwh: BigInt(terms.limitMicroPerKwh),
    validFrom: BigInt(Math.floor(Date.parse(terms.validFrom) / 1000)),
    mandateHash: terms.mandateHash,
  };
}

/** Whether a wallet signed this order for this contract; a malformed signature is false, never an exception. */
export function isOrderSignedBy(
  terms: OrderTerms,
  contract: SettlementContract,
  signed: { wallet: string; signature: string },
): boolean {
  try {
    const signer = verifyTypedData(
      settlementDomain(contract.chainId, contract.settlement),
      ORDER_TYPES,
      encodeOrder(terms),
      signed.signature,
    );
    return signer.toLowerCase() === signed.wallet.toLowerCase();
  } catch {
    return false;
  }
}
