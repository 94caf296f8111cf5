import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fitLanes } from './fit-lanes.ts';

const sum = (amounts: Iterable<number>): number => [...amounts].reduce((all, amount) => all + amount, 0);

describe('fitLanes', () => {
  it('C25 M7 carries what an empty account cannot pay and pays everybody else', () => {
    const { lanes, carriedMicro } = fitLanes({
      lanes: new Map([
        ['a', 50],
        ['b', -50],
      ]),
      carriedMicro: new Map([['a', 10]]),
      supplierMemberId: 's',
      limitOf: () => ({ balanceMicro: 20, capMicro: 100 }),
    });
    expect(Object.fromEntries(lanes)).toEqual({ a: 20, b: -50, s: 30 });
    expect(Object.fromEntries(carriedMicro)).toEqual({ a: 40 });
  });

  it('collects a carried debt from a later credit or balance, for the supplier', () => {
    const { lanes, carriedMicro } = fitLanes({
      lanes: new Map([
        ['a', -15],
        ['b', 15],
      ]),
      carriedMicro: new Map([['a', 40]]),
      supplierMemberId: 's',
      limitOf: () => ({ balanceMicro: 20, capMicro: 100 }),
    });
    expect(Object.fromEntries(lanes)).toEqual({ a: 20, b: 15, s: -35 });
    expect(Object.fromEntries(carriedMicro)).toEqual({ a: 5 });
  });

  it('sums to zero and stays inside every limit; what is carried is what is missing', () => {
    const amounts = fc.array(
      fc.record({
        lane: fc.integer({ min: -1000, max: 1000 }),
        owed: fc.nat(100),
        balance: fc.nat(800),
        cap: fc.nat(800),
      }),
      { maxLength: 8 },
    );
    fc.assert(
      fc.property(amounts, (members) => {
        const given = new Map(members.map((member, index) => [`m${index}`, member.lane]));
        given.set('s', 0 - sum(given.values()));
        const carried = new Map(members.map((member, index) => [`m${index}`, member.owed]));
        const limitOf = (memberId: string) => ({
          balanceMicro: members[Number(memberId.slice(1))]!.balance,
          capMicro: members[Number(memberId.slice(1))]!.cap,
        });
        const fitted = fitLanes({ lanes: given, carriedMicro: carried, supplierMemberId: 's', limitOf });
        expect(sum(fitted.lanes.values())).toBe(0);
        members.forEach((member, index) => {
          const lane = fitted.lanes.get(`m${index}`)!;
          expect(lane).toBeLessThanOrEqual(Math.min(member.balance, member.cap));
          expect(lane + (fitted.carriedMicro.get(`m${index}`) ?? 0)).toBe(member.lane + member.owed);
        });
      }),
    );
  });
});
