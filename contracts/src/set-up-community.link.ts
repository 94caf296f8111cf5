import { Contract, MaxUint256, encodeBytes32String, type Signer } from 'ethers';
import { registryAbi } from './generated/registry.ts';
import { settlementAbi } from './generated/settlement.ts';
import { testCurrencyAbi } from './generated/test-currency.ts';
import { encodeMandate, type Mandate } from './hash-mandate.ts';
import { ChainSetupError, chunksOf, sendTransactions } from './send-transactions.link.ts';

const MEMBERS_PER_TRANSACTION = 100;
const METERS_PER_TRANSACTION = 50;
const ATTESTATIONS = ['meteringOperator', 'signedMeter', 'gatewaySecureElement', 'gatewaySoftware'] as const;

export interface MemberEntry {
  memberId: string;
  wallet: string;
}

export interface MeterEntry {
  meterId: string;
  memberId: string;
  /** 0x, x, y: 64 bytes. */
  publicKey: string;
  attestation: (typeof ATTESTATIONS)[number];
}

export interface DepositEntry {
  memberId: string;
  /** What shall have been deposited for the member in all, micro-units; may be 0. */
  totalMicro: number;
}

export interface SignedMandate {
  mandate: Mandate;
  signature: string;
}

/**
 * Registers the members that the registry does not have yet. Operator's signer.
 *
 * @returns index on chain by member id
 */
export async function registerMembers(
  signer: Signer,
  registry: string,
  members: readonly MemberEntry[],
): Promise<Map<string, number>> {
  const contract = new Contract(registry, registryAbi, signer);
  const isKnown = await Promise.all(
    members.map(({ memberId }) => contract.getFunction('hasMember')(encodeBytes32String(memberId))),
  );
  const missing = members.filter((_, index) => !isKnown[index]);
  const calls = chunksOf(missing, MEMBERS_PER_TRANSACTION).map((part) =>
    contract
      .getFunction('registerMembers')
      .populateTransaction(part.map(({ memberId, wallet }) => [encodeBytes32String(memberId), wallet])),
  );
  await sendTransactions(signer, await Promise.all(calls));
  return readMemberIndexes(
    signer,
    registry,
    members.map(({ memberId }) => memberId),
  );
}

/** Index on chain by member id; a member that is not registered is an error. */
export async function readMemberIndexes(
  signer: Signer,
  registry: string,
  memberIds: readonly string[],
): Promise<Map<string, number>> {
  const contract = new Contract(registry, registryAbi, signer);
  const indexes = await Promise.all(
    memberIds.map((memberId) => contract.getFunction('memberIndexOf')(encodeBytes32String(memberId))),
  );
  return new Map(memberIds.map((memberId, position) => [memberId, Number(indexes[position])]));
}

/** Registers the meters that the registry does not have yet; a known meter with another key is an error. Operator's signer. */
export async function registerMeters(signer: Signer, registry: string, meters: readonly MeterEntry[]): Promise<void> {
  const contract = new Contract(registry, registryAbi, signer);
  const isMissing = await Promise.all(meters.map(async (meter) => !(await isEnrolled(contract, meter))));
  const missing = meters.filter((_, index) => isMissing[index]);
  const calls = chunksOf(missing, METERS_PER_TRANSACTION).map((part) =>
    contract
      .getFunction('registerMeters')
      .populateTransaction(
        part.map((meter) => [
          encodeBytes32String(meter.meterId),
          encodeBytes32String(meter.memberId),
          `0x${meter.publicKey.slice(2, 66)}`,
          `0x${meter.publicKey.slice(66)}`,
          ATTESTATIONS.indexOf(meter.attestation),
        ]),
      ),
  );
  await sendTransactions(signer, await Promise.all(calls));
}

/**
 * Brings what was ever deposited for each member up to its total; mints the test currency that is missing for it.
 * The signer pays and owns the currency.
 */
export async function depositFor(
  signer: Signer,
  contracts: { registry: string; settlement: string; token: string },
  deposits: readonly DepositEntry[],
): Promise<void> {
  const settlement = new Contract(contracts.settlement, settlementAbi, signer);
  const token = new Contract(contracts.token, testCurrencyAbi, signer);
  const indexes = await readMemberIndexes(
    signer,
    contracts.registry,
    deposits.map(({ memberId }) => memberId),
  );
  const due = [];
  for (const { memberId, totalMicro } of deposits) {
    const memberIndex = indexes.get(memberId)!;
    const missing = BigInt(totalMicro) - (await readDeposited(settlement, memberIndex));
    if (missing > 0n) due.push({ memberIndex, missing });
  }
  const sum = due.reduce((total, { missing }) => total + missing, 0n);
  if (sum === 0n) return;
  const payer = await signer.getAddress();
  const owned: bigint = await token.getFunction('balanceOf')(payer);
  const preparations = [await token.getFunction('approve').populateTransaction(contracts.settlement, MaxUint256)];
  if (owned < sum) preparations.push(await token.getFunction('mint').populateTransaction(payer, sum - owned));
  await sendTransactions(signer, preparations);
  const calls = due.map(({ memberIndex, missing }) =>
    settlement.getFunction('deposit').populateTransaction(memberIndex, missing),
  );
  await sendTransactions(signer, await Promise.all(calls));
}

/** Sets the mandates whose nonce is not used up yet. Any signer may relay them. */
export async function setMandates(
  signer: Signer,
  contracts: { registry: string; settlement: string },
  signed: readonly SignedMandate[],
): Promise<void> {
  const settlement = new Contract(contracts.settlement, settlementAbi, signer);
  const indexes = await readMemberIndexes(
    signer,
    contracts.registry,
    signed.map(({ mandate }) => mandate.memberId),
  );
  const nextNonces = await Promise.all(
    signed.map(({ mandate }) => settlement.getFunction('nonces')(indexes.get(mandate.memberId))),
  );
  const calls = signed
    .filter(({ mandate }, index) => BigInt(mandate.nonce) >= nextNonces[index].mandateNonce)
    .map(({ mandate, signature }) =>
      settlement.getFunction('setMandate').populateTransaction(encodeMandate(mandate), signature),
    );
  await sendTransactions(signer, await Promise.all(calls));
}

async function isEnrolled(contract: Contract, meter: MeterEntry): Promise<boolean> {
  const meterId = encodeBytes32String(meter.meterId);
  if (!(await contract.getFunction('hasMeter')(meterId))) return false;
  const { keyX, keyY } = await contract.getFunction('meterOf')(meterId);
  if (`${keyX}${keyY.slice(2)}` === meter.publicKey.toLowerCase()) return true;
  throw new ChainSetupError(
    `meter ${meter.meterId} is enrolled with another key; change its key on chain or use a fresh chain`,
  );
}

async function readDeposited(settlement: Contract, memberIndex: number): Promise<bigint> {
  const events = await settlement.queryFilter(settlement.filters['Deposited']!(memberIndex), 0);
  return events.reduce((total, event) => total + ('args' in event ? (event.args['amountMicro'] as bigint) : 0n), 0n);
}
