import type { IntervalInput, MeteredEnergy, PriceAtInterval, StandingOrder } from '../clearing/interval-input.ts';

/** One member of an example interval: metered energy and, where it trades, its limits. */
export interface ExampleMember {
  readonly memberId: string;
  readonly importWh?: number;
  readonly exportWh?: number;
  readonly bid?: number;
  readonly ask?: number;
  readonly hasMandate?: boolean;
}

export const EXAMPLE_PRICE: PriceAtInterval = {
  retailMicroPerKwh: 300_000,
  feedInMicroPerKwh: 50_000,
  sharedChargesMicroPerKwh: 20_000,
};

/**
 * An interval for examples and tests: one revenue meter per member, the head meter showing exactly their sum plus `lossWh`.
 *
 * @example anInterval([{ memberId: 'a', exportWh: 100, ask: 0 }, { memberId: 'b', importWh: 100, bid: 300_000 }])
 */
export function anInterval(
  members: readonly ExampleMember[],
  options: { price?: PriceAtInterval; lossWh?: number; lossPct?: number } = {},
): IntervalInput {
  const revenue = members.map((member): MeteredEnergy => ({
    meterId: `${member.memberId}-meter`,
    siteId: member.memberId,
    memberId: member.memberId,
    role: 'revenue',
    importWh: member.importWh ?? 0,
    exportWh: member.exportWh ?? 0,
    isSubstituted: false,
  }));
  const netWh =
    revenue.reduce((all, metering) => all + metering.importWh - metering.exportWh, 0) + (options.lossWh ?? 0);
  const head: MeteredEnergy = {
    meterId: 'feeder-head-meter',
    siteId: 'feeder-head',
    memberId: 'supplier',
    role: 'head',
    importWh: Math.max(0, netWh),
    exportWh: Math.max(0, -netWh),
    isSubstituted: false,
  };
  const traders = members.filter((member) => member.hasMandate ?? true);
  return {
    supplierMemberId: 'supplier',
    residualMemberId: 'residual',
    lossPct: options.lossPct ?? 1,
    memberIds: [...members.map((member) => member.memberId), 'supplier', 'residual'],
    meterings: [...revenue, head],
    mandates: traders.map((member, index) => ({
      memberId: member.memberId,
      mandateHash: `0x${String(index + 1).padStart(64, '0')}`,
      priceFloorMicroPerKwh: -1_000_000,
      priceCeilingMicroPerKwh: 1_000_000,
    })),
    orders: members.flatMap((member): StandingOrder[] => [
      ...(member.bid === undefined
        ? []
        : [{ memberId: member.memberId, side: 'bid' as const, limitMicroPerKwh: member.bid }]),
      ...(member.ask === undefined
        ? []
        : [{ memberId: member.memberId, side: 'ask' as const, limitMicroPerKwh: member.ask }]),
    ]),
    price: options.price ?? EXAMPLE_PRICE,
  };
}
