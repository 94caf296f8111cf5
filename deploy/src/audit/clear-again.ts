import type { CommunityConfigured, IntervalCleared, IntervalMetered } from '@wattmesh/events';
import { clearInterval } from '@wattmesh/market/clear-interval';
import { hashCanonicalJson } from '@wattmesh/market/hash-canonical-json';
import type { IntervalInput, IntervalOutcome, MeteredEnergy, PriceAtInterval } from '@wattmesh/market/interval-input';
import { priceAtInterval } from '@wattmesh/market/price-at-interval';
import { selectStandingOrders } from '@wattmesh/market/select-standing-orders';
import { INTERVAL_MS, intervalStartOf } from '@wattmesh/platform/clock';
import type { History } from './history.ts';
import { KnownMeterings } from './known-meterings.ts';

/** Clears every interval a second time, from what the log holds of meterings, mandates and orders. */
export class SecondClearing {
  readonly #history: History;
  readonly #community: CommunityConfigured;
  readonly #meteringByHash: ReadonlyMap<string, IntervalMetered>;

  constructor(history: History, community: CommunityConfigured) {
    this.#history = history;
    this.#community = community;
    this.#meteringByHash = KnownMeterings.of(history).byHash;
  }

  /** What the interval comes to by the inputs that its clearing lists; or the reason why they cannot be what it was made of. */
  clear(cleared: IntervalCleared): { outcome: IntervalOutcome; price: PriceAtInterval } | { contradiction: string } {
    const meterings = this.#meteringsOf(cleared);
    if (typeof meterings === 'string') return { contradiction: meterings };
    if (hashCanonicalJson(this.#community.tariff) !== cleared.inputs.tariffHash)
      return { contradiction: 'was priced by a tariff that the log does not hold' };
    const { mandates, orders, ordersHash } = this.#bookAt(cleared);
    if (ordersHash !== cleared.inputs.ordersHash) return { contradiction: 'used other orders than those that stood' };
    const { supplierMemberId, residualMemberId, feeder, tariff, timeZone } = this.#community;
    const input: IntervalInput = {
      supplierMemberId,
      residualMemberId,
      lossPct: feeder.lossPct,
      memberIds: this.#memberIdsOf(cleared),
      meterings,
      mandates,
      orders,
      price: priceAtInterval(tariff, { intervalStart: cleared.intervalStart, timeZone }),
    };
    return { outcome: clearInterval(input), price: input.price };
  }

  /** A member that came later has no row in an earlier interval; whoever had a meter then has one by it. */
  #memberIdsOf({ accounts }: IntervalCleared): string[] {
    const listed = new Set(accounts.map(({ memberId }) => memberId));
    return this.#history.members.map(({ payload }) => payload.memberId).filter((memberId) => listed.has(memberId));
  }

  /** Meterings by the hashes listed; a substituted one repeats an earlier interval of its meter, or nothing. */
  #meteringsOf(cleared: IntervalCleared): MeteredEnergy[] | string {
    const enrolled = new Map(this.#history.meters.map(({ payload }) => [payload.meterId, payload]));
    const meterings: MeteredEnergy[] = [];
    for (const { meterId, hash, isSubstituted } of cleared.inputs.meterings) {
      const meter = enrolled.get(meterId);
      if (!meter) return `used ${meterId}, which nobody enrolled`;
      const metered = this.#meteringByHash.get(hash);
      if (!metered && !isSubstituted) return `used a metering of ${meterId} that the log does not hold`;
      if (metered && !isSubstituted && Date.parse(metered.intervalStart) !== Date.parse(cleared.intervalStart))
        return `used ${meterId}'s metering of another interval`;
      if (metered && metered.meterId !== meterId) return `used ${metered.meterId}'s metering for ${meterId}`;
      const { siteId, memberId, role } = meter;
      meterings.push({
        meterId,
        siteId,
        memberId,
        role,
        importWh: metered?.importWh ?? 0,
        exportWh: metered?.exportWh ?? 0,
        isSubstituted,
      });
    }
    return meterings.map((metering) =>
      metering.role === 'head' && metering.isSubstituted ? { ...metering, ...netOf(meterings) } : metering,
    );
  }

  #bookAt({ intervalStart }: IntervalCleared) {
    const isoAt = (ms: number) => new Date(intervalStartOf(ms)).toISOString();
    const selected = selectStandingOrders({
      mandates: this.#history.mandates.map(({ payload, timeMs }) => ({ ...payload, validFrom: isoAt(timeMs) })),
      orders: this.#history.orders.map(({ payload, timeMs, position }) => ({
        ...payload,
        number: position,
        validFrom: new Date(Math.max(Date.parse(payload.validFrom), intervalStartOf(timeMs))).toISOString(),
      })),
      intervalStart,
      intervalEnd: new Date(Date.parse(intervalStart) + INTERVAL_MS).toISOString(),
    });
    const terms = selected.orders.map(({ orderId, memberId, side, limitMicroPerKwh, mandateHash }) => ({
      orderId,
      memberId,
      side,
      limitMicroPerKwh,
      mandateHash,
    }));
    return { ...selected, ordersHash: hashCanonicalJson(terms) };
  }
}

/** A silent head meter repeats the members' net sum, so that its silence accuses nobody. */
function netOf(meterings: readonly MeteredEnergy[]): { importWh: number; exportWh: number } {
  const netWh = meterings
    .filter(({ role }) => role === 'revenue')
    .reduce((sum, { importWh, exportWh }) => sum + importWh - exportWh, 0);
  return { importWh: Math.max(0, netWh), exportWh: Math.max(0, -netWh) };
}
