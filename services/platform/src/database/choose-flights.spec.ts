import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chooseFlights, flightKeyOf, type OutboxRow } from './choose-flights.ts';

const row = (id: number, topic: string, key: string): OutboxRow => ({ id: String(id), topic, key });
const isCompacted = (topic: string): boolean => topic === 'table';

describe('flights of the outbox', () => {
  it('take one topic each, with its rows in order', () => {
    const rows = [row(1, 'log', 'a'), row(2, 'other', 'a'), row(3, 'log', 'b'), row(4, 'log', 'a')];
    const flights = chooseFlights(rows, { keysInFlight: new Set(), isCompacted });
    expect([...flights].map(([topic, list]) => [topic, list.map(({ id }) => id)])).toEqual([
      ['log', ['1', '3', '4']],
      ['other', ['2']],
    ]);
  });

  it('leave a key that is in flight on the ground, in its topic alone', () => {
    const rows = [row(1, 'log', 'a'), row(2, 'other', 'a'), row(3, 'log', 'b')];
    const keysInFlight = new Set([flightKeyOf({ topic: 'log', key: 'a' })]);
    const flights = chooseFlights(rows, { keysInFlight, isCompacted });
    expect([...flights.values()].flat().map(({ id }) => id)).toEqual(['2', '3']);
  });

  it('take one row per key of a compacted topic, the oldest', () => {
    const rows = [row(1, 'table', 'a'), row(2, 'table', 'a'), row(3, 'table', 'b')];
    const flights = chooseFlights(rows, { keysInFlight: new Set(), isCompacted });
    expect(flights.get('table')?.map(({ id }) => id)).toEqual(['1', '3']);
  });

  it('bring every row away in the order of its key, whatever lands when', () => {
    const arbitraryRow = fc.record({ topic: fc.constantFrom('log', 'table'), key: fc.constantFrom('a', 'b', 'c') });
    fc.assert(
      fc.property(fc.array(arbitraryRow, { maxLength: 40 }), fc.array(fc.nat(5)), (made, landings) => {
        let waiting = made.map(({ topic, key }, id) => row(id, topic, key));
        const airborne: OutboxRow[][] = [];
        const landed: OutboxRow[] = [];
        for (let step = 0; waiting.length > 0 || airborne.length > 0; step++) {
          const keysInFlight = new Set(airborne.flat().map(flightKeyOf));
          const flights = [...chooseFlights(waiting, { keysInFlight, isCompacted }).values()];
          airborne.push(...flights);
          waiting = waiting.filter((other) => !flights.flat().includes(other));
          landed.push(...(airborne.splice((landings[step] ?? 0) % airborne.length, 1)[0] ?? []));
        }
        expect(landed).toHaveLength(made.length);
        for (const ofKey of Map.groupBy(landed, flightKeyOf).values()) {
          const ids = ofKey.map(({ id }) => Number(id));
          expect(ids).toEqual(ids.toSorted((a, b) => a - b));
        }
      }),
    );
  });
});
