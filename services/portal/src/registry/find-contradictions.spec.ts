import { describe, expect, it } from 'vitest';
import { findContradictions } from './find-contradictions.ts';
import type { RegistryDocument } from './registry.schema.ts';

const KEY = (digit: string) => `0x${digit.repeat(128)}`;
const WALLET = '0x00000000000000000000000000000000000000aa';

/** A community of one home behind one feeder, changed as the test says. */
function aDocument(change: Partial<RegistryDocument> = {}): RegistryDocument {
  const site = {
    communityId: 'lane',
    timeZone: 'UTC',
    latitudeDeg: 0,
    longitudeDeg: 0,
    phases: 1 as const,
    fuseA: 40,
    importLimitW: 9000,
    exportLimitW: 5000,
  };
  return {
    community: {
      communityId: 'lane',
      name: 'Lane',
      timeZone: 'UTC',
      currency: 'USD',
      topology: 'behindPcc',
      mechanism: { timing: 'expost', pricing: 'auction', split: 'supplyDemandRatio' },
      settlementPeriodIntervals: 4,
      startsAt: '2017-07-10T16:00:00Z',
      supplierMemberId: 'supplier',
      residualMemberId: 'residual',
      headMeterId: 'head-meter',
      feeder: { feederId: 'feeder', limitImportW: 10_000, limitExportW: 10_000, lossPct: 1 },
      tariff: {
        bands: [{ fromLocalHour: 0, toLocalHour: 24, retailMicroPerKwh: 220_000 }],
        feedInMicroPerKwh: 50_000,
        sharedChargesMicroPerKwh: 20_000,
      },
      chain: { chainId: 31_337, registry: WALLET, settlement: WALLET, token: WALLET },
    },
    members: [
      { memberId: 'home', communityId: 'lane', name: 'Home', role: 'prosumer', wallet: WALLET },
      { memberId: 'supplier', communityId: 'lane', name: 'Supplier', role: 'supplier', wallet: WALLET },
      { memberId: 'residual', communityId: 'lane', name: 'Residual', role: 'residual', wallet: WALLET },
    ],
    sites: [
      { ...site, siteId: 'home', memberId: 'home', name: 'Home', endpoint: { host: '127.0.0.1', port: 1502 } },
      { ...site, siteId: 'head', memberId: 'supplier', name: 'Head', endpoint: { host: '127.0.0.1', port: 1503 } },
    ],
    devices: [
      {
        deviceId: 'home-meter',
        siteId: 'home',
        kind: 'meter',
        meterRole: 'revenue',
        unitId: 1,
        profile: 'sunspec',
        phases: 1,
        ratedW: 9000,
        serial: 'a',
      },
      {
        deviceId: 'head-meter',
        siteId: 'head',
        kind: 'meter',
        meterRole: 'head',
        unitId: 1,
        profile: 'sunspec',
        phases: 3,
        ratedW: 10_000,
        serial: 'b',
      },
    ],
    meters: [
      {
        meterId: 'home-meter',
        siteId: 'home',
        communityId: 'lane',
        memberId: 'home',
        role: 'revenue',
        publicKey: KEY('1'),
        attestation: 'gatewaySoftware',
        enrolledAt: '2017-07-10T16:00:00Z',
        maxIntervalWh: 2500,
      },
      {
        meterId: 'head-meter',
        siteId: 'head',
        communityId: 'lane',
        memberId: 'supplier',
        role: 'head',
        publicKey: KEY('2'),
        attestation: 'gatewaySoftware',
        enrolledAt: '2017-07-10T16:00:00Z',
        maxIntervalWh: 2500,
      },
    ],
    ...change,
  };
}

describe('a registry document', () => {
  it('that fits together has no contradictions', () => {
    expect(findContradictions(aDocument())).toEqual([]);
  });

  it('C24: names a key that would speak for two meters', () => {
    const { meters } = aDocument();
    expect(
      findContradictions(aDocument({ meters: meters.map((meter) => ({ ...meter, publicKey: KEY('1') })) })),
    ).toEqual([expect.stringContaining('speaks for two meters')]);
  });

  it('C17: names static shares that together pass the feeder rating', () => {
    const { sites } = aDocument();
    expect(findContradictions(aDocument({ sites: sites.map((site) => ({ ...site, importLimitW: 10_001 })) }))).toEqual([
      expect.stringMatching(/add up to 10001 W/),
    ]);
  });

  it('names members, sites and meters that are not there', () => {
    const { members, devices } = aDocument();
    expect(findContradictions(aDocument({ members: members.slice(1) }))).toEqual(
      expect.arrayContaining([expect.stringContaining('unknown member home')]),
    );
    expect(findContradictions(aDocument({ devices: devices.slice(1) }))).toEqual(
      expect.arrayContaining([expect.stringContaining('no device that counts "revenue"')]),
    );
    expect(findContradictions(aDocument({ devices: [...devices, ...devices.slice(0, 1)] }))).toEqual([
      expect.stringContaining('named twice'),
    ]);
  });
});
