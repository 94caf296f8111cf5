import { DeviceRegistered, SiteConfigured, type CommunityConfigured } from '@wattmesh/events';
import * as fc from 'fast-check';
import { loadScenario } from '@wattmesh/simulator';
import { describe, expect, it } from 'vitest';
import { assembleSites, needsRestart, type RegistryContent } from './assemble-sites.ts';

const { community, sites, devices } = loadScenario('hamlet');
const chain = {
  chainId: 1,
  registry: `0x${'11'.repeat(20)}`,
  settlement: `0x${'22'.repeat(20)}`,
  token: `0x${'33'.repeat(20)}`,
};
const communityConfigured: CommunityConfigured = { ...community, chain };
const endpoint = { host: '127.0.0.1', port: 1502 };
const WHOLE: RegistryContent = {
  communities: [communityConfigured],
  sites: sites.map((site) => SiteConfigured.schema.parse({ ...site, endpoint })),
  devices: devices.map((device) => DeviceRegistered.schema.parse(device)),
  meters: devices.map(({ deviceId, siteId, meterRole }) => ({
    meterId: deviceId,
    siteId,
    communityId: community.communityId,
    memberId: siteId,
    role: meterRole,
    publicKey: `0x${'00'.repeat(64)}`,
    attestation: 'gatewaySoftware' as const,
    enrolledAt: '2017-07-01T00:00:00Z',
    maxIntervalWh: 5_000,
  })),
};

describe('sites of the registry', () => {
  it('are the same in whatever order they were registered', () => {
    const shuffled = fc.record({
      devices: fc.shuffledSubarray([...WHOLE.devices], { minLength: WHOLE.devices.length }),
      meters: fc.shuffledSubarray([...WHOLE.meters], { minLength: WHOLE.meters.length }),
      sites: fc.shuffledSubarray([...WHOLE.sites], { minLength: WHOLE.sites.length }),
    });
    fc.assert(
      fc.property(shuffled, (parts) => {
        const [models, expected] = [assembleSites({ ...WHOLE, ...parts }), assembleSites(WHOLE)];
        expect(models.map(({ site }) => site.siteId)).toEqual(expected.map(({ site }) => site.siteId));
        models.forEach((model, index) => {
          const other = expected[index];
          expect(model.devices).toEqual(other?.devices);
          expect(other !== undefined && needsRestart(model, other)).toBe(false);
        });
      }),
      { numRuns: 30 },
    );
  });

  it('read the revenue meter first', () => {
    const home = assembleSites(WHOLE).find(({ site }) => site.siteId === 'home-1');
    expect(home?.devices.map(({ deviceId }) => deviceId)).toEqual([
      'home-1-meter',
      'home-1-ess',
      'home-1-load',
      'home-1-pv',
    ]);
  });

  it('wait for the community, their devices and every enrolment', () => {
    expect(assembleSites({ ...WHOLE, communities: [] })).toEqual([]);
    expect(assembleSites({ ...WHOLE, devices: [] })).toEqual([]);
    const withoutOne = WHOLE.meters.filter(({ meterId }) => meterId !== 'home-1-pv');
    const ids = assembleSites({ ...WHOLE, meters: withoutOne }).map(({ site }) => site.siteId);
    expect(ids).toEqual(['feeder-head', 'home-2', 'home-3', 'village-battery']);
  });

  it('start again where a limit or a device changed', () => {
    const [before] = assembleSites(WHOLE);
    const changed = WHOLE.sites.map((site) => ({ ...site, importLimitW: site.importLimitW + 1 }));
    const [after] = assembleSites({ ...WHOLE, sites: changed });
    expect(before !== undefined && after !== undefined && needsRestart(before, after)).toBe(true);
  });
});
