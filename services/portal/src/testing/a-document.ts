import type { RegistryDocument } from '../registry/registry.schema.ts';

export const publicKeyOf = (digit: string) => `0x${digit.repeat(128)}`;
const WALLET = '0x00000000000000000000000000000000000000aa';

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

const community: RegistryDocument['community'] = {
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
};

const members: RegistryDocument['members'] = [
  { memberId: 'home', communityId: 'lane', name: 'Home', role: 'prosumer', wallet: WALLET },
  { memberId: 'supplier', communityId: 'lane', name: 'Supplier', role: 'supplier', wallet: WALLET },
  { memberId: 'residual', communityId: 'lane', name: 'Residual', role: 'residual', wallet: WALLET },
];

const sites: RegistryDocument['sites'] = [
  { ...site, siteId: 'home', memberId: 'home', name: 'Home', endpoint: { host: '127.0.0.1', port: 1502 } },
  { ...site, siteId: 'head', memberId: 'supplier', name: 'Head', endpoint: { host: '127.0.0.1', port: 1503 } },
];

const devices: RegistryDocument['devices'] = [
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
];

const meters: RegistryDocument['meters'] = [
  {
    meterId: 'home-meter',
    siteId: 'home',
    communityId: 'lane',
    memberId: 'home',
    role: 'revenue',
    publicKey: publicKeyOf('1'),
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
    publicKey: publicKeyOf('2'),
    attestation: 'gatewaySoftware',
    enrolledAt: '2017-07-10T16:00:00Z',
    maxIntervalWh: 2500,
  },
];

/** A community of one home behind one feeder, changed as the test says. */
export function aDocument(change: Partial<RegistryDocument> = {}): RegistryDocument {
  return { community, members, sites, devices, meters, ...change };
}
