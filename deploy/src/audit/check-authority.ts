import { isMeteringSignedBy } from '@wattmesh/gateway/encode-metering';
import { hashCanonicalJson } from '@wattmesh/market/hash-canonical-json';
import { hashMandate, isMandateSignedBy } from '@wattmesh/market/hash-mandate';
import { INTERVAL_MS } from '@wattmesh/platform/clock';
import type { CommunityConfigured, MandateSigned } from '@wattmesh/events';
import type { History } from './history.ts';
import type { Violation } from './violation.ts';

const violation = (where: string, what: string): Violation => ({ invariant: 'M3', where, what });

/** Every metering that money was made of carries the signature of the key enrolled for that very meter. */
function unsignedMeterings(history: History, community: CommunityConfigured): Violation[] {
  const used = new Set(history.cleared.flatMap(({ payload }) => payload.inputs.meterings.map((input) => input.hash)));
  const keyOf = new Map(history.meters.map(({ payload }) => [payload.meterId, payload.publicKey]));
  return history.meterings
    .filter(({ payload }) => used.has(hashCanonicalJson(payload)))
    .filter(({ payload }) => !isMeteringSignedBy(payload, community.chain, keyOf.get(payload.meterId) ?? ''))
    .map(({ payload }) =>
      violation(
        `${payload.meterId} ${payload.intervalStart}`,
        'money was made of a metering that its own key did not sign',
      ),
    );
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

/** P2P debits of a settlement period stay within the cap; what is above it stands as a receivable. */
function debitsAboveCaps(history: History, community: CommunityConfigured): Violation[] {
  const periodMs = community.settlementPeriodIntervals * INTERVAL_MS;
  const startsAt = Date.parse(community.startsAt);
  const capOf = new Map(history.mandates.map(({ payload }) => [payload.memberId, payload.capMicroPerPeriod]));
  const debits = new Map<string, { memberId: string; period: number; micro: number }>();
  for (const { payload } of history.settled) {
    const period = Math.floor((Date.parse(payload.intervalStart) - startsAt) / periodMs);
    for (const row of payload.rows) {
      const name = `${row.memberId} ${period}`;
      const booked = debits.get(name) ?? { memberId: row.memberId, period, micro: 0 };
      debits.set(name, { ...booked, micro: booked.micro + row.tradeMicro - row.receivableMicro });
    }
  }
  return [...debits.values()]
    .filter(({ memberId }) => memberId !== community.supplierMemberId)
    .filter(({ memberId, micro }) => micro > (capOf.get(memberId) ?? 0))
    .map(({ memberId, period, micro }) =>
      violation(
        memberId,
        `debited ${micro} micro in settlement period ${period}, its mandate caps ${capOf.get(memberId) ?? 0}`,
      ),
    );
}

/** M3: no debit outside a signed mandate; a key speaks for its own meter only. */
export function checkAuthority(history: History): Violation[] {
  const community = history.communities.at(-1)?.payload;
  if (!community) return [];
  return [
    ...unsignedMeterings(history, community),
    ...forgedMandates(history, community),
    ...tradesOutsideMandates(history, community),
    ...debitsAboveCaps(history, community),
  ];
}
