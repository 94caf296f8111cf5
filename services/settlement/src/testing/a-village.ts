import { hashMandate } from '@wattmesh/contracts';
import type {
  AccountRow,
  CommunityConfigured,
  EventDefinition,
  IntervalCleared,
  MandateSigned,
  PayloadOf,
} from '@wattmesh/events';
import { toRecord, type OutgoingRecord } from '@wattmesh/platform';
import { Wallet } from 'ethers';

export const START = Date.parse('2026-07-06T12:00:00.000Z');
export const QUARTER = 900_000;
export const at = (quarter: number): string => new Date(START + quarter * QUARTER).toISOString();
export const MEMBERS = ['home-1', 'home-2', 'supplier', 'residual'];
export const walletOf = (memberId: string): Wallet =>
  new Wallet(`0x${Buffer.from(memberId).toString('hex').padStart(64, '1')}`);
export const CAP = 1_000_000;

export const mandate = (memberId: string) => ({
  memberId,
  communityId: 'village',
  priceFloorMicroPerKwh: 0,
  priceCeilingMicroPerKwh: 300_000,
  capMicroPerPeriod: CAP,
  expiresAt: '2027-01-01T00:00:00.000Z',
  nonce: 1,
});
export const community = (chain: CommunityConfigured['chain']): CommunityConfigured => ({
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
  chain,
});
export const account = (memberId: string, tradeMicro: number, supplyMicro: number): AccountRow => ({
  memberId,
  tradeMicro,
  supplyMicro,
  importWh: 0,
  exportWh: 0,
  boughtWh: 0,
  soldWh: 0,
  residualImportWh: 0,
  residualExportWh: 0,
  mandateHash: memberId.startsWith('home') ? hashMandate(mandate(memberId)) : `0x${'0'.repeat(64)}`,
});
/** Home 1 sells 1 kWh to home 2, who pays `priceMicro` and 20,000 of charges, and buys the rest for `supplyMicro`. */
export const clearedRun = (
  quarter: number,
  run: string,
  { priceMicro = 150_000, supplyMicro = 300_000 } = {},
): IntervalCleared => ({
  communityId: 'village',
  intervalStart: at(quarter),
  run,
  closedAt: at(quarter + 1),
  inputs: { meterings: [], ordersHash: `0x${'0'.repeat(64)}`, tariffHash: `0x${'0'.repeat(64)}` },
  priceMicroPerKwh: priceMicro,
  retailMicroPerKwh: 300_000,
  feedInMicroPerKwh: 50_000,
  sharedWh: 1000,
  trades: [
    {
      sellerMemberId: 'home-1',
      buyerMemberId: 'home-2',
      energyWh: 1000,
      priceMicroPerKwh: priceMicro,
      amountMicro: priceMicro,
    },
  ],
  accounts: [
    account('home-1', -priceMicro, 0),
    account('home-2', priceMicro + 20_000, supplyMicro),
    account('residual', 0, 0),
    account('supplier', -20_000, -supplyMicro),
  ],
  residualWh: 0,
  residualBoundWh: 0,
});
export const period = (first: number, priceMicro = 150_000) =>
  ['preliminary', 'final'].flatMap((run) => [
    clearedRun(first, run, { priceMicro }),
    clearedRun(first + 1, run, { priceMicro }),
  ]);

export const signedMandates = (): MandateSigned[] =>
  ['home-1', 'home-2'].map((id) => ({
    ...mandate(id),
    wallet: walletOf(id).address,
    mandateHash: hashMandate(mandate(id)),
    signature: '0x',
  }));
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
