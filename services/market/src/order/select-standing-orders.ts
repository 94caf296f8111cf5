import type { MandateLimits, StandingOrder } from '../clearing/interval-input.ts';

/** A mandate with its term and number. */
export interface DatedMandate extends MandateLimits {
  readonly expiresAt: string;
  readonly nonce: number;
  /** From when it counts; a replaced mandate holds for the intervals before. */
  readonly validFrom: string;
}

/** An order with its start and number; a higher number was placed later. */
export interface DatedOrder extends StandingOrder {
  readonly orderId: string;
  readonly validFrom: string;
  readonly mandateHash: string;
  readonly number: number;
}

/** Everything signed so far, and the interval asked for. */
export interface OrderBook {
  readonly mandates: readonly DatedMandate[];
  readonly orders: readonly DatedOrder[];
  readonly intervalStart: string;
  readonly intervalEnd: string;
}

/**
 * Mandates and orders in force for one interval.
 *
 * A member's mandate is the one of the highest nonce that began by the interval's start; it covers the interval if it has
 * not expired by its end. A standing order is the last placed one of its side that began by the interval's start under
 * exactly that mandate: signing another mandate silences the orders of the earlier one. Results are sorted by member.
 */
export function selectStandingOrders(book: OrderBook): { mandates: DatedMandate[]; orders: DatedOrder[] } {
  const start = Date.parse(book.intervalStart);
  const end = Date.parse(book.intervalEnd);
  const begun = book.mandates.filter((mandate) => Date.parse(mandate.validFrom) <= start);
  const mandates = [...Map.groupBy(begun, (mandate) => mandate.memberId).values()]
    .map((own) => own.reduce((newest, each) => (each.nonce > newest.nonce ? each : newest)))
    .filter((mandate) => Date.parse(mandate.expiresAt) >= end)
    .sort((a, b) => (a.memberId < b.memberId ? -1 : 1));
  const hashes = new Set(mandates.map((mandate) => mandate.mandateHash));
  const standing = book.orders.filter((order) => Date.parse(order.validFrom) <= start && hashes.has(order.mandateHash));
  const orders = [...Map.groupBy(standing, (order) => `${order.memberId} ${order.side}`)]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, own]) => own.reduce((newest, each) => (each.number > newest.number ? each : newest)));
  return { mandates, orders };
}
