import {
  CommunityConfigured,
  IntervalCleared,
  IntervalMetered,
  IntervalSettled,
  MandateSigned,
  MemberRegistered,
  MeterEnrolled,
  OrderPlaced,
  type EventDefinition,
  type LedgerRow,
  type PayloadOf,
} from '@wattmesh/events';
import { chooseMeterings, type UsedMetering } from '@wattmesh/market/choose-meterings';
import { clearInterval } from '@wattmesh/market/clear-interval';
import { hashCanonicalJson } from '@wattmesh/market/hash-canonical-json';
import type { MeteredEnergy } from '@wattmesh/market/interval-input';
import { bookRun } from '@wattmesh/settlement/book-run';
import { netLanes } from '@wattmesh/settlement/net-lanes';
import type { ChainView, CommitOnChain } from '../chain-view.ts';
import { History } from '../history.ts';
import {
  at,
  capOf,
  CHARGES,
  community,
  FEED_IN,
  HOMES,
  mandateOf,
  MEMBERS,
  meteringOf,
  meters,
  PERIOD,
  RETAIL,
  signedOrder,
  walletOf,
} from './village-terms.ts';

const INTERVALS = 6;
const DEPOSIT_MICRO = 2_000_000n;

/** An event as it stands in the log, its payload open to any change. */
export interface Draft<T = unknown> {
  readonly topic: string;
  id: string;
  readonly timeMs: number;
  payload: T;
}

/** A metering chosen for a clearing with what it counts for. */
export interface Chosen {
  meterings: MeteredEnergy[];
  used: UsedMetering[];
}

/** What a dishonest operator does consistently: all that follows is computed from it. */
export interface Lies {
  /** Changes the meterings that a run is cleared with. */
  readonly choose?: (chosen: Chosen, run: { quarter: number; run: string }) => Chosen;
  /** Changes what a run books. */
  readonly book?: (rows: LedgerRow[], run: { quarter: number; run: string }) => LedgerRow[];
  /** Intervals that are never cleared. */
  readonly skip?: (quarter: number) => boolean;
}

/**
 * The log and chain of six intervals, three settlement periods of which two are executed, by the pure files of the services.
 * Home 3's first metering comes after the first period is complete and before the second one is: its correction moves with
 * the second period, though it is settled when the third has begun.
 */
export class Village {
  readonly drafts: Draft[] = [];
  readonly #commits: CommitOnChain[] = [];
  readonly #booked: { quarter: number; period: number; rows: LedgerRow[] }[] = [];
  readonly #meterings: IntervalMetered[] = [];
  #mandates: MandateSigned[] = [];
  #orders: OrderPlaced[] = [];
  #complete = 0;
  chain!: ChainView;

  private constructor(private readonly lies: Lies) {}

  static async build(lies: Lies = {}): Promise<Village> {
    const village = new Village(lies);
    await village.#register();
    const late = meteringOf('home-3', 0);
    for (let quarter = 0; quarter < INTERVALS; quarter += 1) {
      const isLate = (siteId: string) => siteId === 'home-3' && quarter === 0;
      for (const siteId of [...HOMES, 'head'].filter((each) => !isLate(each)))
        village.#meter(meteringOf(siteId, quarter), at(quarter + 1, 10));
      if (quarter === 3) {
        village.#meter(late, at(4, 30));
        village.#run(0, 'correction-1', at(4, 60));
      }
      if (lies.skip?.(quarter)) continue;
      village.#run(quarter, 'preliminary', at(quarter + 1, 90));
      if ((quarter + 1) % PERIOD !== 0) continue;
      for (let of = quarter + 1 - PERIOD; of <= quarter; of += 1)
        if (!lies.skip?.(of)) village.#run(of, 'final', at(quarter + 1, 90));
      village.#complete += 1;
    }
    village.chain = village.#execute(2);
    return village;
  }

  /** The log as the audit reads it. */
  history(): History {
    return new History(
      this.drafts.map(({ topic, id, timeMs, payload }, index) => ({
        topic,
        key: '',
        position: index + 1,
        archivedMs: timeMs,
        headers: { ce_id: id, ce_time: new Date(timeMs).toISOString(), ce_sequence: `${index}` },
        value: JSON.stringify(payload),
      })),
    );
  }

  of<E extends EventDefinition>(event: E): Draft<PayloadOf<E>>[] {
    return this.drafts.filter(({ topic }) => topic === event.topic) as Draft<PayloadOf<E>>[];
  }

  log<E extends EventDefinition>(event: E, payload: PayloadOf<E>, time: string): void {
    this.drafts.push({
      topic: event.topic,
      id: `id-${this.drafts.length}`,
      timeMs: Date.parse(time),
      payload: structuredClone(payload),
    });
  }

  async #register(): Promise<void> {
    this.log(CommunityConfigured, community, at(0));
    for (const memberId of MEMBERS) {
      const role = memberId === 'supplier' || memberId === 'residual' ? memberId : 'prosumer';
      const wallet = walletOf(memberId).address;
      this.log(MemberRegistered, { memberId, communityId: 'village', name: memberId, role, wallet }, at(0));
    }
    for (const meter of meters) this.log(MeterEnrolled, meter, at(0));
    this.#mandates = await Promise.all([...HOMES, 'supplier'].map((memberId) => mandateOf(memberId)));
    for (const mandate of this.#mandates) this.log(MandateSigned, mandate, at(0));
    const terms = this.#mandates.slice(0, HOMES.length).map(({ memberId, mandateHash }, index) => ({
      orderId: `00000000-0000-4000-8000-00000000000${index}`,
      memberId,
      communityId: 'village',
      side: memberId === 'home-1' ? ('ask' as const) : ('bid' as const),
      limitMicroPerKwh: memberId === 'home-1' ? FEED_IN : RETAIL,
      validFrom: at(0),
      mandateHash,
    }));
    this.#orders = await Promise.all(terms.map((order) => signedOrder(order)));
    for (const order of this.#orders) this.log(OrderPlaced, order, at(0));
  }

  #meter(metered: IntervalMetered, time: string): void {
    this.#meterings.push(metered);
    this.log(IntervalMetered, metered, time);
  }

  #choose(quarter: number, run: string): Chosen {
    const known = this.#meterings.map((metered) => ({ metered, hash: hashCanonicalJson(metered) }));
    const current = known.filter(({ metered }) => metered.intervalStart === at(quarter));
    const earlier = known.filter(({ metered }) => metered.intervalStart < at(quarter));
    const byMeter = (meterings: typeof known) => new Map(meterings.map((each) => [each.metered.meterId, each]));
    const { meterings, used } = chooseMeterings({
      enrolled: meters,
      current: byMeter(current),
      earlier: byMeter(earlier),
    });
    return this.lies.choose?.({ meterings, used }, { quarter, run }) ?? { meterings, used };
  }

  #clear(quarter: number, run: string, closedAt: string): IntervalCleared {
    const { meterings, used } = this.#choose(quarter, run);
    const terms = this.#orders.map(({ orderId, memberId, side, limitMicroPerKwh, mandateHash }) => ({
      orderId,
      memberId,
      side,
      limitMicroPerKwh,
      mandateHash,
    }));
    return {
      communityId: 'village',
      intervalStart: at(quarter),
      run,
      closedAt,
      inputs: {
        meterings: used,
        ordersHash: hashCanonicalJson(
          terms.sort((a, b) => `${a.memberId} ${a.side}`.localeCompare(`${b.memberId} ${b.side}`)),
        ),
        tariffHash: hashCanonicalJson(community.tariff),
      },
      retailMicroPerKwh: RETAIL,
      feedInMicroPerKwh: FEED_IN,
      ...clearInterval({
        supplierMemberId: 'supplier',
        residualMemberId: 'residual',
        lossPct: 1,
        memberIds: MEMBERS,
        meterings,
        mandates: this.#mandates,
        orders: this.#orders,
        price: { retailMicroPerKwh: RETAIL, feedInMicroPerKwh: FEED_IN, sharedChargesMicroPerKwh: CHARGES },
      }),
    };
  }

  #run(quarter: number, run: string, closedAt: string): void {
    const cleared = this.#clear(quarter, run, closedAt);
    this.log(IntervalCleared, cleared, closedAt);
    const period = Math.max(Math.floor(quarter / PERIOD), this.#complete);
    const booked = bookRun({
      run,
      accounts: cleared.accounts,
      supplierMemberId: 'supplier',
      booked: sumsOf(this.#booked.filter((each) => each.quarter === quarter).flatMap(({ rows }) => rows)),
      periodMicro: netLanes(
        this.#booked.filter((each) => each.period === period).flatMap(({ rows }) => rows),
        'supplier',
      ),
      capMicro: new Map(HOMES.map((memberId) => [memberId, capOf(memberId)])),
    });
    const rows = this.lies.book?.(booked.rows, { quarter, run }) ?? booked.rows;
    const amounts = rows.flatMap((row) => [row.tradeMicro, row.supplyMicro]);
    this.#booked.push({ quarter, period, rows });
    const root = hashCanonicalJson(['root', cleared]);
    this.log(
      IntervalSettled,
      {
        communityId: 'village',
        intervalStart: at(quarter),
        run,
        settledAt: closedAt,
        rows,
        debitsMicro: amounts.reduce((sum, amount) => sum + Math.max(0, amount), 0),
        creditsMicro: amounts.reduce((sum, amount) => sum + Math.max(0, -amount), 0),
        tradeCount: cleared.trades.length,
        root,
      },
      closedAt,
    );
    this.#commits.push({
      intervalStart: at(quarter),
      run,
      tradeCount: cleared.trades.length,
      leafCount: cleared.trades.length + cleared.accounts.length,
      sharedWh: cleared.sharedWh,
      priceMicroPerKwh: cleared.priceMicroPerKwh ?? 0,
      root,
      dataHash: hashCanonicalJson(cleared),
      transactionHash: '0x',
    });
  }

  #execute(periods: number): ChainView {
    const executions = Array.from({ length: periods }, (_, period) => {
      const rows = this.#booked.filter((each) => each.period === period).flatMap((each) => each.rows);
      const deltas = [...netLanes(rows, 'supplier')].map(([memberId, micro]) => [memberId, BigInt(-micro)] as const);
      return {
        firstIntervalStart: at(period * PERIOD),
        intervalCount: PERIOD,
        deltasMicro: new Map(deltas.filter(([, delta]) => delta !== 0n)),
        transactionHash: '0x',
      };
    });
    const movedTo = (memberId: string): bigint =>
      executions.reduce((sum, { deltasMicro }) => sum + (deltasMicro.get(memberId) ?? 0n), 0n);
    return {
      commits: this.#commits,
      executions,
      depositsMicro: new Map(MEMBERS.map((memberId) => [memberId, DEPOSIT_MICRO])),
      takenOutMicro: new Map([['home-3', 1000n]]),
      lanesMicro: new Map(MEMBERS.map((id) => [id, DEPOSIT_MICRO + movedTo(id) - (id === 'home-3' ? 1000n : 0n)])),
      mandateCapMicro: new Map(MEMBERS.map((id) => [id, BigInt(capOf(id))])),
      tokenBalanceMicro: DEPOSIT_MICRO * BigInt(MEMBERS.length) - 1000n,
      pendingExitsMicro: 0n,
      refusedWithdrawals: [],
    };
  }
}

function sumsOf(rows: readonly LedgerRow[]): Map<string, { tradeMicro: number; supplyMicro: number }> {
  const sums = new Map<string, { tradeMicro: number; supplyMicro: number }>();
  for (const { memberId, tradeMicro, supplyMicro } of rows) {
    const sum = sums.get(memberId) ?? { tradeMicro: 0, supplyMicro: 0 };
    sums.set(memberId, { tradeMicro: sum.tradeMicro + tradeMicro, supplyMicro: sum.supplyMicro + supplyMicro });
  }
  return sums;
}
