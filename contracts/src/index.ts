export { deployContracts, type DeployOptions, type Deployment } from './deploy-contracts.link.ts';
export {
  encodeHeader,
  intervalNumber,
  intervalStartOfNumber,
  type EncodedHeader,
  type IntervalHeader,
} from './encode-header.ts';
export { registryAbi } from './generated/registry.ts';
export { settlementAbi } from './generated/settlement.ts';
export { testCurrencyAbi } from './generated/test-currency.ts';
export {
  MANDATE_TYPES,
  encodeMandate,
  hashMandate,
  mandateExpiryInterval,
  mandateTypedData,
  withdrawalTypedData,
  type EncodedMandate,
  type Mandate,
  type TypedData,
} from './hash-mandate.ts';
export { runNumber, runOfNumber } from './number-run.ts';
export { packDeltas } from './pack-deltas.ts';
export {
  depositFor,
  readMemberIndexes,
  registerMembers,
  registerMeters,
  setMandates,
  type DepositEntry,
  type MemberEntry,
  type MeterEntry,
  type SignedMandate,
} from './set-up-community.link.ts';
export { ChainSetupError } from './send-transactions.link.ts';
