import { TypedDataEncoder, encodeBytes32String, type TypedDataDomain, type TypedDataField } from 'ethers';

/** A member's consent to trade; a `market.mandate-signed.v1` payload is one. */
export interface Mandate {
  memberId: string;
  communityId: string;
  priceFloorMicroPerKwh: number;
  priceCeilingMicroPerKwh: number;
  /** Most that one settlement period may debit. */
  capMicroPerPeriod: number;
  /** UTC, ISO 8601; whole seconds count on chain. */
  expiresAt: string;
  nonce: number;
}

/** `ISettlement.Mandate`, as ethers takes it for a call or for signing. */
export interface EncodedMandate {
  memberId: string;
  communityId: string;
  priceFloorMicroPerKwh: bigint;
  priceCeilingMicroPerKwh: bigint;
  capMicroPerPeriod: bigint;
  expiresAt: bigint;
  nonce: bigint;
}

/** EIP-712 domain and types, the first two arguments of a wallet's `signTypedData`. */
export interface TypedData {
  domain: TypedDataDomain;
  types: Record<string, TypedDataField[]>;
}

export const MANDATE_TYPES = {
  Mandate: [
    { name: 'memberId', type: 'bytes32' },
    { name: 'communityId', type: 'bytes32' },
    { name: 'priceFloorMicroPerKwh', type: 'int64' },
    { name: 'priceCeilingMicroPerKwh', type: 'int64' },
    { name: 'capMicroPerPeriod', type: 'uint64' },
    { name: 'expiresAt', type: 'uint64' },
    { name: 'nonce', type: 'uint64' },
  ],
};

export const WITHDRAWAL_TYPES = {
  Withdrawal: [
    { name: 'memberId', type: 'bytes32' },
    { name: 'amountMicro', type: 'uint64' },
    { name: 'to', type: 'address' },
    { name: 'expiresAt', type: 'uint64' },
    { name: 'nonce', type: 'uint64' },
  ],
};

export function settlementDomain(chainId: number, settlement: string): TypedDataDomain {
  return { name: 'Wattmesh Settlement', version: '1', chainId, verifyingContract: settlement };
}

/**
 * What a member's wallet signs, apart from the mandate itself.
 *
 * @example
 * const { domain, types } = mandateTypedData(31_337, settlementAddress);
 * const signature = await wallet.signTypedData(domain, types, encodeMandate(mandate));
 */
export function mandateTypedData(chainId: number, settlement: string): TypedData {
  return { domain: settlementDomain(chainId, settlement), types: MANDATE_TYPES };
}

export function withdrawalTypedData(chainId: number, settlement: string): TypedData {
  return { domain: settlementDomain(chainId, settlement), types: WITHDRAWAL_TYPES };
}

export function encodeMandate(mandate: Mandate): EncodedMandate {
  return {
    memberId: encodeBytes32String(mandate.memberId),
    communityId: encodeBytes32String(mandate.communityId),
    priceFloorMicroPerKwh: BigInt(mandate.priceFloorMicroPerKwh),
    priceCeilingMicroPerKwh: BigInt(mandate.priceCeilingMicroPerKwh),
    capMicroPerPeriod: BigInt(mandate.capMicroPerPeriod),
    expiresAt: BigInt(Math.floor(Date.parse(mandate.expiresAt) / 1000)),
    nonce: BigInt(mandate.nonce),
  };
}

/** EIP-712 struct hash of a mandate (no domain): the `mandateHash` of events and account rows. */
export function hashMandate(mandate: Mandate): string {
  return TypedDataEncoder.hashStruct('Mandate', MANDATE_TYPES, encodeMandate(mandate));
}

/** First interval (number on chain) that a mandate no longer covers. A period is covered if it ends by then. */
export function mandateExpiryInterval(mandate: Pick<Mandate, 'expiresAt'>): number {
  return Math.floor(Date.parse(mandate.expiresAt) / 900_000);
}
