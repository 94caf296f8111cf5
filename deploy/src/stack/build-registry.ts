import type { MeterEnrolled } from '@wattmesh/events';
import { deriveKey } from '@wattmesh/gateway/derive-key';
import type { RegistryDocument } from '@wattmesh/portal/registry-document';
import type { Scenario } from '@wattmesh/simulator';
import { deriveWallet } from './derive-wallet.ts';

export interface Endpoint {
  readonly host: string;
  readonly port: number;
}

/** Where a community settles. */
export interface Contracts {
  readonly chainId: number;
  readonly registry: string;
  readonly settlement: string;
  readonly token: string;
}

/** Seed of the gateway's meter keys in a scenario. */
export const meterKeySeed = (seed: number): string => `wattmesh-scenario-${seed}-meters`;
/** Seed of the dispatcher's key in a scenario. */
export const dispatcherKeySeed = (seed: number): string => `wattmesh-scenario-${seed}-dispatcher`;

function metersOf(scenario: Scenario): MeterEnrolled[] {
  const memberOf = new Map(scenario.sites.map((site) => [site.siteId, site.memberId]));
  return scenario.devices.map((device) => ({
    meterId: device.deviceId,
    siteId: device.siteId,
    communityId: scenario.community.communityId,
    memberId: memberOf.get(device.siteId) ?? scenario.community.supplierMemberId,
    role: device.meterRole,
    publicKey: deriveKey(meterKeySeed(scenario.seed), device.deviceId).publicKey,
    attestation: 'gatewaySoftware' as const,
    enrolledAt: scenario.startsAt,
    maxIntervalWh: Math.ceil((device.ratedW / 4) * 1.1),
  }));
}

/** The registry document of a scenario: what its operator would hand in, with the endpoints and contracts of this run. */
export function buildRegistry(
  scenario: Scenario,
  endpoints: ReadonlyMap<string, Endpoint>,
  contracts: Contracts,
): RegistryDocument {
  return {
    community: { ...scenario.community, chain: contracts },
    members: scenario.members.map((member) => ({
      ...member,
      wallet: deriveWallet(scenario.seed, member.memberId).address,
    })),
    sites: scenario.sites.map(({ household: _household, ...site }) => {
      const endpoint = endpoints.get(site.siteId);
      if (!endpoint) throw new Error(`site ${site.siteId} has no device server`);
      return { ...site, endpoint };
    }),
    devices: scenario.devices.map(({ solar: _solar, cells: _cells, rampWPerS: _ramp, ...device }) => device),
    meters: metersOf(scenario),
  };
}
