import { describe, expect, it } from 'vitest';
import { selectStandingOrders, type DatedMandate, type DatedOrder } from './select-standing-orders.ts';

const hash = (digit: number): string => `0x${String(digit).repeat(64)}`;
const aMandate = (nonce: number, more: Partial<DatedMandate> = {}): DatedMandate => ({
  memberId: 'home-1',
  mandateHash: hash(nonce),
  nonce,
  priceFloorMicroPerKwh: 0,
  priceCeilingMicroPerKwh: 1,
  validFrom: '2026-07-06T12:00:00.000Z',
  expiresAt: '2026-07-06T13:00:00.000Z',
  ...more,
});
const anOrder = (number: number, more: Partial<DatedOrder> = {}): DatedOrder => ({
  orderId: String(number),
  number,
  memberId: 'home-1',
  side: 'bid',
  limitMicroPerKwh: number,
  validFrom: '2026-07-06T12:00:00.000Z',
  mandateHash: hash(1),
  ...more,
});
const at = (intervalStart: string, mandates: DatedMandate[], orders: DatedOrder[]) =>
  selectStandingOrders({
    mandates,
    orders,
    intervalStart,
    intervalEnd: new Date(Date.parse(intervalStart) + 900_000).toISOString(),
  });
const numbers = (book: { orders: DatedOrder[] }) => book.orders.map((order) => order.number);

describe('selectStandingOrders', () => {
  it('lets the last order of each side stand from its start', () => {
    const orders = [anOrder(1), anOrder(2, { validFrom: '2026-07-06T12:30:00.000Z' }), anOrder(3, { side: 'ask' })];
    expect(numbers(at('2026-07-06T12:15:00.000Z', [aMandate(1)], orders))).toEqual([3, 1]);
    expect(numbers(at('2026-07-06T12:30:00.000Z', [aMandate(1)], orders))).toEqual([3, 2]);
  });

  it('covers an interval only to the end of the mandate', () => {
    expect(numbers(at('2026-07-06T12:45:00.000Z', [aMandate(1)], [anOrder(1)]))).toEqual([1]);
    expect(at('2026-07-06T13:00:00.000Z', [aMandate(1)], [anOrder(1)])).toEqual({ mandates: [], orders: [] });
  });

  it('silences the orders of a replaced mandate, but not for the intervals before', () => {
    const mandates = [aMandate(1), aMandate(2, { validFrom: '2026-07-06T12:30:00.000Z' })];
    expect(numbers(at('2026-07-06T12:15:00.000Z', mandates, [anOrder(1)]))).toEqual([1]);
    expect(at('2026-07-06T12:30:00.000Z', mandates, [anOrder(1)])).toMatchObject({
      mandates: [{ nonce: 2 }],
      orders: [],
    });
  });
});
