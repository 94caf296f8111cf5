import {
  encodeMandate,
  hashMandate,
  MANDATE_TYPES,
  settlementDomain,
  type Mandate,
} from '@wattmesh/contracts/hash-mandate';
import type { CommunityConfigured, IntervalMetered, MandateSigned, MeterEnrolled, OrderPlaced } from '@wattmesh/events';
import { deriveKey } from '@wattmesh/gateway/derive-key';
import { signMetering } from '@wattmesh/gateway/encode-metering';
import { ORDER_TYPES, encodeOrder, type OrderTerms } from '@wattmesh/market/hash-order';
import { INTERVAL_MS } from '@wattmesh/platform/clock';
import { Wallet } from 'ethers';

export const START = Date.parse('2026-07-06T12:00:00.000Z');
export const at = (quarter: number, afterS = 0): string =>
  new Date(START + quarter * INTERVAL_MS + afterS * 1000).toISOString();
const CHAIN = {
  chainId: 31_337,
  registry: `0x${'11'.repeat(20)}`,
  settlement: `0x${'22'.repeat(20)}`,
  token: `0x${'33'.repeat(20)}`,
};
/** Home 2 buys for more than that in each settlement period. */
export const CAP_MICRO = 300_000;
/** The supplier advances what passes a cap: a debit, for which it signs like everybody else. */
const SUPPLIER_CAP_MICRO = 1_000_000;
export const PERIOD = 2;
export const RETAIL = 300_000;
export const FEED_IN = 50_000;
export const CHARGES = 20_000;
export const HOMES = ['home-1', 'home-2', 'home-3'];
export const MEMBERS = [...HOMES, 'supplier', 'residual'];
export const walletOf = (memberId: string): Wallet =>
  new Wallet(`0x${Buffer.from(memberId).toString('hex').padStart(64, '1')}`);

export const community: CommunityConfigured = {
  communityId: 'village',
  name: 'Village',
  timeZone: 'UTC',
  currency: 'USD',
  topology: 'behindPcc',
  mechanism: { timing: 'expost', pricing: 'auction', split: 'supplyDemandRatio' },
  settlementPeriodIntervals: PERIOD,
  startsAt: at(0),
  supplierMemberId: 'supplier',
  residualMemberId: 'residual',
  headMeterId: 'head-meter',
  feeder: { feederId: 'feeder', limitImportW: 1e5, limitExportW: 1e5, lossPct: 1 },
  tariff: {
    bands: [{ fromLocalHour: 0, toLocalHour: 24, retailMicroPerKwh: RETAIL }],
    feedInMicroPerKwh: FEED_IN,
    sharedChargesMicroPerKwh: CHARGES,
  },
  chain: CHAIN,
};
export const meters: MeterEnrolled[] = [...HOMES, 'head'].map((siteId) => ({
  meterId: `${siteId}-meter`,
  siteId,
  communityId: 'village',
  memberId: siteId === 'head' ? 'supplier' : siteId,
  role: siteId === 'head' ? 'head' : 'revenue',
  publicKey: deriveKey('seed', `${siteId}-meter`).publicKey,
  attestation: 'gatewaySoftware',
  enrolledAt: at(0),
  maxIntervalWh: 10_000,
}));
/** Net import of each meter in every interval. */
const NET_WH: Readonly<Record<string, number>> = { 'home-1': -2000, 'home-2': 1500, 'home-3': 300, head: -190 };

/** A metering by that meter's own key. */
export function meteringOf(
  siteId: string,
  quarter: number,
  change: Partial<Pick<IntervalMetered, 'importWh' | 'exportWh' | 'counters' | 'run'>> = {},
): IntervalMetered {
  const netWh = NET_WH[siteId] ?? 0;
  const [importWh, exportWh] = [Math.max(0, netWh), Math.max(0, -netWh)];
  const unsigned = {
    meterId: `${siteId}-meter`,
    siteId,
    role: siteId === 'head' ? ('head' as const) : ('revenue' as const),
    intervalStart: at(quarter),
    run: 'preliminary',
    counters: {
      startImportWh: quarter * importWh,
      endImportWh: (quarter + 1) * importWh,
      startExportWh: quarter * exportWh,
      endExportWh: (quarter + 1) * exportWh,
    },
    importWh,
    exportWh,
    quality: 'measured' as const,
    attestation: 'gatewaySoftware' as const,
    ...change,
  };
  return { ...unsigned, signature: signMetering(unsigned, CHAIN, deriveKey('seed', unsigned.meterId).secretKey) };
}

/** What each member signed for. */
export const capOf = (memberId: string): number => {
  if (memberId === 'supplier') return SUPPLIER_CAP_MICRO;
  return HOMES.includes(memberId) ? CAP_MICRO : 0;
};

/** A mandate by its member's own wallet. */
export async function mandateOf(memberId: string, change: Partial<Mandate> = {}): Promise<MandateSigned> {
  const terms = {
    memberId,
    communityId: 'village',
    priceFloorMicroPerKwh: 0,
    priceCeilingMicroPerKwh: RETAIL,
    capMicroPerPeriod: capOf(memberId),
    expiresAt: '2027-01-01T00:00:00.000Z',
    nonce: 1,
    ...change,
  };
  const wallet = walletOf(memberId);
  const signature = await wallet.signTypedData(
    settlementDomain(CHAIN.chainId, CHAIN.settlement),
    MANDATE_TYPES,
    encodeMandate(terms),
  );
  return { ...terms, wallet: wallet.address, mandateHash: hashMandate(terms), signature };
}

/** A standing order by its member's own wallet. */
export async function signedOrder(terms: OrderTerms): Promise<OrderPlaced> {
  const signature = await walletOf(terms.memberId).signTypedData(
    settlementDomain(CHAIN.chainId, CHAIN.settlement),
    ORDER_TYPES,
    encodeOrder(terms),
  );
  return { ...terms, signature };
}
