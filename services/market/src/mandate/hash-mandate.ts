import { TypedDataEncoder, encodeBytes32String, verifyTypedData, type TypedDataDomain } from 'ethers';

/** Terms of a mandate, as in `market.mandate-signed.v1`. */
export interface MandateTerms {
  readonly memberId: string;
  readonly communityId: string;
  readonly priceFloorMicroPerKwh: number;
  readonly priceCeilingMicroPerKwh: number;
  readonly capMicroPerPeriod: number;
  /** UTC, ISO 8601; whole seconds count. */
  readonly expiresAt: string;
  readonly nonce: number;
}

/** Contract that a signature is for. */
export interface SettlementContract {
  readonly chainId: number;
  readonly settlement: string;
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

/** EIP-712 domain of everything that members sign for a community's settlement. */
export function settlementDomain(contract: SettlementContract): TypedDataDomain {
  return {
    name: 'Wattmesh Settlement',
    version: '1',
    chainId: contract.chainId,
    verifyingContract: contract.settlement,
  };
}

/** A mandate as typed data: ids as bytes32 text, numbers as integers, the expiry in Unix seconds. */
export function encodeMandate(terms: MandateTerms): Record<string, string | bigint> {
  return {
    memberId: encodeBytes32String(terms.memberId),
    communityId: encodeBytes32String(terms.communityId),
    priceFloorMicroPerKwh: BigInt(terms.priceFloorMicroPerKwh),
    priceCeilingMicroPerKwh: BigInt(terms.priceCeilingMicroPerKwh),
    capMicroPerPeriod: BigInt(terms.capMicroPerPeriod),
    expiresAt: BigInt(Math.floor(Date.parse(terms.expiresAt) / 1000)),
    nonce: BigInt(terms.nonce),
  };
}

/**
 * EIP-712 struct hash of a mandate, without the domain: what account rows and leaves carry as `mandateHash`.
 *
 * @example hashMandate({ memberId: 'home-1', ... }); // '0x…', the same as the contract's
 */
export function hashMandate(terms: MandateTerms): string {
  return TypedDataEncoder.hashStruct('Mandate', MANDATE_TYPES, encodeMandate(terms));
}

/** Whether a wallet signed these terms for this contract; a malformed signature is false, never an exception. */
export function isMandateSignedBy(
  terms: MandateTerms,
  contract: SettlementContract,
  signed: { wallet: string; signature: string },
): boolean {
  try {
    const signer = verifyTypedData(settlementDomain(contract), MANDATE_TYPES, encodeMandate(terms), signed.signature);
    return signer.toLowerCase() === signed.wallet.toLowerCase();
  } catch {
    return false;
  }
}
