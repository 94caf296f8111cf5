import {
  deployContracts,
  depositFor,
  encodeMandate,
  hashMandate,
  mandateTypedData,
  registerMembers,
  registerMeters,
  setMandates,
  type Mandate,
} from '@wattmesh/contracts';
import type { MandateSigned, OrderPlaced } from '@wattmesh/events';
import { ORDER_TYPES, encodeOrder, type OrderTerms } from '@wattmesh/market/hash-order';
import type { Scenario } from '@wattmesh/simulator';
import { sha256, toUtf8Bytes, type Signer } from 'ethers';
import type { Contracts } from './build-registry.ts';
import { deriveWallet } from './derive-wallet.ts';

/** What each member of a scenario pays in before the first interval: 100 units of the test currency. */
export const DEPOSIT_MICRO = 100_000_000;

/** Deploys a community's contracts; nothing else. */
export async function deployFor(scenario: Scenario, operator: Signer, chainId: number): Promise<Contracts> {
  const { communityId, settlementPeriodIntervals, startsAt } = scenario.community;
  return {
    chainId,
    ...(await deployContracts(operator, { communityId, startsAt, periodIntervals: settlementPeriodIntervals })),
  };
}

/** Mandates of a scenario, signed by the members' own wallets. */
export function signMandates(scenario: Scenario, contracts: Contracts): Promise<MandateSigned[]> {
  const { domain, types } = mandateTypedData(contracts.chainId, contracts.settlement);
  return Promise.all(
    scenario.mandates.map(async (terms) => {
      const wallet = deriveWallet(scenario.seed, terms.memberId);
      const mandate: Mandate = { ...terms, communityId: scenario.community.communityId, nonce: 0 };
      const signature = await wallet.signTypedData(domain, types, encodeMandate(mandate));
      return { ...mandate, wallet: wallet.address, mandateHash: hashMandate(mandate), signature };
    }),
  );
}

/** A UUID that a scenario's order always has (version 8: its own hash). */
function orderIdOf(scenario: Scenario, memberId: string, side: string): string {
  const hex = sha256(toUtf8Bytes(`wattmesh.scenario-order.v1:${scenario.seed}:${memberId}:${side}`)).slice(2);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** Standing orders of a scenario under those mandates, signed by the members' own wallets. */
export function signOrders(
  scenario: Scenario,
  contracts: Contracts,
  mandates: readonly MandateSigned[],
): Promise<OrderPlaced[]> {
  const { domain } = mandateTypedData(contracts.chainId, contracts.settlement);
  const mandateHashOf = new Map(mandates.map((mandate) => [mandate.memberId, mandate.mandateHash]));
  return Promise.all(
    scenario.orders.map(async (order) => {
      const terms: OrderTerms = {
        ...order,
        orderId: orderIdOf(scenario, order.memberId, order.side),
        communityId: scenario.community.communityId,
        validFrom: scenario.startsAt,
        mandateHash: mandateHashOf.get(order.memberId) ?? '',
      };
      const signature = await deriveWallet(scenario.seed, order.memberId).signTypedData(
        domain,
        ORDER_TYPES,
        encodeOrder(terms),
      );
      return { ...terms, signature };
    }),
  );
}

/** Registers members and meters, pays in every member's deposit and sets the mandates; what is there already stays. */
export async function enrolOnChain(
  operator: Signer,
  contracts: Contracts,
  community: {
    members: readonly { memberId: string; wallet: string }[];
    meters: readonly {
      meterId: string;
      memberId: string;
      publicKey: string;
      attestation: 'meteringOperator' | 'signedMeter' | 'gatewaySecureElement' | 'gatewaySoftware';
    }[];
    mandates: readonly MandateSigned[];
  },
): Promise<void> {
  await registerMembers(operator, contracts.registry, community.members);
  await registerMeters(operator, contracts.registry, community.meters);
  await depositFor(
    operator,
    contracts,
    community.members.map(({ memberId }) => ({ memberId, totalMicro: DEPOSIT_MICRO })),
  );
  await setMandates(
    operator,
    contracts,
    community.mandates.map((mandate) => ({ mandate, signature: mandate.signature })),
  );
}
