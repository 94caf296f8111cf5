import { encodeMandate, mandateTypedData, type Mandate } from '@wattmesh/contracts/hash-mandate';
import { verifyTypedData } from 'ethers';

/** Contract that a signature is for. */
export interface SettlementContract {
  readonly chainId: number;
  readonly settlement: string;
}

/** Whether a wallet signed these terms for this contract; a malformed signature is false, never an exception. */
export function isMandateSignedBy(
  terms: Mandate,
  contract: SettlementContract,
  signed: { wallet: string; signature: string },
): boolean {
  try {
    const { domain, types } = mandateTypedData(contract.chainId, contract.settlement);
    const signer = verifyTypedData(domain, types, encodeMandate(terms), signed.signature);
    return signer.toLowerCase() === signed.wallet.toLowerCase();
  } catch {
    return false;
  }
}
