import type { MandateSigned, OrderPlaced } from '@wattmesh/events';
import type { RegistryDocument } from '@wattmesh/portal/registry-document';
import type { Scenario } from '@wattmesh/simulator';
import type { Signer } from 'ethers';
import { buildRegistry, type Contracts, type Endpoint } from './build-registry.ts';
import { enrolOnChain, signMandates, signOrders } from './set-up-chain.ts';

/** What a community's operator and members hand in: the registry, and what the members signed. */
export interface Enrolment {
  readonly document: RegistryDocument;
  readonly mandates: readonly MandateSigned[];
  readonly orders: readonly OrderPlaced[];
}

/** Everything to be handed in for a scenario whose devices and contracts are at these addresses. */
export async function prepareEnrolment(
  scenario: Scenario,
  endpoints: ReadonlyMap<string, Endpoint>,
  contracts: Contracts,
): Promise<Enrolment> {
  const mandates = await signMandates(scenario, contracts);
  return {
    document: buildRegistry(scenario, endpoints, contracts),
    mandates,
    orders: await signOrders(scenario, contracts, mandates),
  };
}

/** Enrols on chain what is not there yet. */
export async function enrolWithContracts(
  operator: Signer,
  contracts: Contracts,
  { document, mandates }: Enrolment,
): Promise<void> {
  await enrolOnChain(operator, contracts, { members: document.members, meters: document.meters, mandates });
}
