import { hashMandate } from '@wattmesh/contracts/hash-mandate';
import { isMeteringSignedBy } from '@wattmesh/gateway/encode-metering';
import { isMandateSignedBy } from '@wattmesh/market/verify-mandate';
import { isOrderSignedBy } from '@wattmesh/market/hash-order';
import { INTERVAL_MS } from '@wattmesh/platform/clock';
import type { CommunityConfigured, MandateSigned } from '@wattmesh/events';
import type { History } from './history.ts';
import { KnownMeterings } from './known-meterings.ts';
import type { Violation } from './violation.ts';

const violation = (where: string, what: string): Violation => ({ invariant: 'M3', where, what });

/** Every metering that money was made of carries the signature of the key enrolled for that very meter. */
function unsignedMeterings(history: History, community: CommunityConfigured): Violation[] {
  const keyOf = new Map(history.meters.map(({ payload }) => [payload.meterId, payload.publicKey]));
  return KnownMeterings.of(history)
    .used(history)
    .filter((metered) => !isMeteringSignedBy(metered, community.chain, keyOf.get(metered.meterId) ?? ''))
    .map(({ meterId, intervalStart }) =>
      violation(`${meterId} ${intervalStart}`, 'money was made of a metering that its own key did not sign'),
    );
}

/** No key is enrolled for two meters: one device would be counted under two names. */
function sharedKeys(history: History): Violation[] {
  const byKey = Map.groupBy(history.meters, ({ payload }) => payload.publicKey);
  return [...byKey.values()]
    .map((meters) => [...new Set(meters.map(({ payload }) => payload.meterId))])
    .filter((meterIds) => meterIds.length > 1)
    .map((meterIds) => violation(meterIds.join(' '), 'share one key'));
}

function forgedMandates(history: History, community: CommunityConfigured): Violation[] {
  const walletOf = new Map(history.members.map(({ payload }) => [payload.memberId, payload.wallet]));
  return history.mandates.flatMap(({ payload }) => {
    const wallet = walletOf.get(payload.memberId) ?? '';
    const isSigned = isMandateSignedBy(payload, community.chain, { wallet, signature: payload.signature });
    const found: Violation[] = [];
    if (!isSigned)
      found.push(violation(payload.memberId, `mandate ${payload.nonce} is not what the member's wallet signed`));
    if (hashMandate(payload) !== payload.mandateHash)
      found.push(violation(payload.memberId, `mandate ${payload.nonce} states the hash of other terms`));
    return found;
  });
}

function forgedOrders(history: History, community: CommunityConfigured): Violation[] {
  const walletOf = new Map(history.members.map(({ payload }) => [payload.memberId, payload.wallet]));
  return history.orders
    .filter(({ payload }) => {
      const wallet = walletOf.get(payload.memberId) ?? '';
      return !isOrderSignedBy(payload, community.chain, { wallet, signature: payload.signature });
    })
    .map(({ payload }) =>
      violation(payload.memberId, `order ${payload.orderId} is not what the member's wallet signed`),
    );
}

/** Each trade stands inside the mandates that the account rows name. */
function tradesOutsideMandates(history: History, community: CommunityConfigured): Violation[] {
  const mandates = new Map<string, MandateSigned>(
    history.mandates.map(({ payload }) => [payload.mandateHash, payload]),
  );
  return history.cleared.flatMap(({ payload: cleared }) =>
    cleared.accounts.flatMap((row) => {
      if (row.boughtWh === 0 && row.soldWh === 0) return [];
      const where = `${row.memberId} ${cleared.intervalStart} ${cleared.run}`;
      const mandate = mandates.get(row.mandateHash);
      if (mandate?.memberId !== row.memberId) return [violation(where, 'trades without a mandate of its own')];
      const price = cleared.priceMicroPerKwh ?? 0;
      const found: Violation[] = [];
      if (Date.parse(mandate.expiresAt) < Date.parse(cleared.intervalStart) + INTERVAL_MS)
        found.push(violation(where, 'trades under an expired mandate'));
      if (row.boughtWh > 0 && price + community.tariff.sharedChargesMicroPerKwh > mandate.priceCeilingMicroPerKwh)
        found.push(violation(where, `buys above its ceiling of ${mandate.priceCeilingMicroPerKwh}`));
      if (row.soldWh > 0 && price < mandate.priceFloorMicroPerKwh)
        found.push(violation(where, `sells below its floor of ${mandate.priceFloorMicroPerKwh}`));
      return found;
    }),
  );
}

/** M3: no trade outside a signed mandate's price limits; a key speaks for its own meter only. */
export function checkAuthority(history: History): Violation[] {
  const community = history.communities.at(-1)?.payload;
  if (!community) return [];
  return [
    ...unsignedMeterings(history, community),
    ...forgedMandates(history, community),
    ...forgedOrders(history, community),
    ...tradesOutsideMandates(history, community),
    ...sharedKeys(history),
  ];
}
