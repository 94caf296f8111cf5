import type {
  CommunityConfigured,
  EventDefinition,
  IntervalMetered,
  MemberRegistered,
  MeterEnrolled,
  PayloadOf,
} from '@wattmesh/events';
import { deriveKey } from '@wattmesh/gateway/derive-key';
import { signMetering } from '@wattmesh/gateway/encode-metering';
import { toRecord, type OutgoingRecord } from '@wattmesh/platform';
import { Wallet } from 'ethers';

export const START = Date.parse('2026-07-06T12:00:00.000Z');
export const QUARTER = 900_000;
export const CHAIN = {
  chainId: 31_337,
  registry: `0x${'11'.repeat(20)}`,
  settlement: `0x${'22'.repeat(20)}`,
  token: `0x${'33'.repeat(20)}`,
};
export const at = (quarter: number): string => new Date(START + quarter * QUARTER).toISOString();
export const walletOf = (memberId: string): Wallet =>
  new Wallet(`0x${Buffer.from(memberId).toString('hex').padStart(64, '1')}`);
const roleOf = (siteId: string) => (siteId === 'feeder-head' ? ('head' as const) : ('revenue' as const));

export const community: CommunityConfigured = {
  communityId: 'village',
  name: 'Village',
  timeZone: 'UTC',
  currency: 'USD',
  topology: 'behindPcc',
  mechanism: { timing: 'expost', pricing: 'auction', split: 'supplyDemandRatio' },
  settlementPeriodIntervals: 2,
  startsAt: at(0),
  supplierMemberId: 'supplier',
  residualMemberId: 'residual',
  headMeterId: 'feeder-head-meter',
  feeder: { feederId: 'feeder', limitImportW: 1e5, limitExportW: 1e5, lossPct: 1 },
  tariff: {
    bands: [{ fromLocalHour: 0, toLocalHour: 24, retailMicroPerKwh: 300_000 }],
    feedInMicroPerKwh: 50_000,
    sharedChargesMicroPerKwh: 20_000,
  },
  chain: CHAIN,
};
export const members: MemberRegistered[] = (
  [
    ['home-1', 'prosumer'],
    ['home-2', 'prosumer'],
    ['supplier', 'supplier'],
    ['residual', 'residual'],
  ] as const
).map(([memberId, role]) => ({
  memberId,
  communityId: 'village',
  name: memberId,
  role,
  wallet: walletOf(memberId).address,
}));
export const meters: MeterEnrolled[] = ['home-1', 'home-2', 'feeder-head'].map((siteId) => ({
  meterId: `${siteId}-meter`,
  siteId,
  communityId: 'village',
  memberId: siteId === 'feeder-head' ? 'supplier' : siteId,
  role: roleOf(siteId),
  publicKey: deriveKey('seed', `${siteId}-meter`).publicKey,
  attestation: 'gatewaySoftware',
  enrolledAt: at(0),
  maxIntervalWh: 10_000,
}));
export const metering = (siteId: string, quarter: number, netWh: number): IntervalMetered =>
  signed({ siteId, quarter, netWh });
export const signed = ({
  siteId,
  quarter,
  netWh,
  ...more
}: {
  siteId: string;
  quarter: number;
  netWh: number;
  run?: string;
  keyOf?: string;
}): IntervalMetered => {
  const energy = { importWh: Math.max(0, netWh), exportWh: Math.max(0, -netWh) };
  const unsigned = {
    meterId: `${siteId}-meter`,
    siteId,
    role: roleOf(siteId),
    intervalStart: at(quarter),
    run: more.run ?? 'preliminary',
    counters: { startImportWh: 0, endImportWh: energy.importWh, startExportWh: 0, endExportWh: energy.exportWh },
    ...energy,
    quality: 'measured' as const,
    attestation: 'gatewaySoftware' as const,
  };
  return {
    ...unsigned,
    signature: signMetering(unsigned, CHAIN, deriveKey('seed', more.keyOf ?? unsigned.meterId).secretKey),
  };
};
export const mandateOf = (memberId: string, nonce = 1) => ({
  memberId,
  communityId: 'village',
  priceFloorMicroPerKwh: 0,
  priceCeilingMicroPerKwh: 300_000,
  capMicroPerPeriod: 1e9,
  expiresAt: '2027-01-01T00:00:00.000Z',
  nonce,
});

/** A quarter of an hour: home 1 sells 1 kWh, home 2 needs 2 kWh, the head meter shows the rest. */
export const wholeQuarter = (quarter: number) => [
  metering('home-1', quarter, -1000),
  metering('home-2', quarter, 2000),
  metering('feeder-head', quarter, 1010),
];

let sequence = 0;

/** Records of events as a producer would publish them, each under an id of its own. */
export function recordsOf<E extends EventDefinition>(event: E, ...payloads: PayloadOf<E>[]): OutgoingRecord[] {
  return payloads.map((payload) => {
    sequence += 1;
    return toRecord(event, payload, {
      id: `00000000-0000-7000-8000-${String(sequence).padStart(12, '0')}`,
      source: 'spec',
      time: at(0),
      sequence,
    });
  });
}
