import type { StatementLine } from '@wattmesh/portal/views';

/** A sale to home-2, booked and not on chain yet. */
export function aLine(fields: Partial<StatementLine> = {}): StatementLine {
  return {
    lineId: '0',
    intervalStart: '2026-07-06T12:00:00.000Z',
    run: 'preliminary',
    bookedAt: '2026-07-06T12:20:00.000Z',
    kind: 'sold',
    matter: 'sold',
    energyWh: 400,
    priceMicroPerKwh: 150_000,
    amountMicro: -60_000,
    counterpartyMemberId: 'home-2',
    onChain: true,
    ...fields,
  };
}
