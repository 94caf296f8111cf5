import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { OutgoingRecord } from '../bus/bus.ts';
import { sizeOf } from '../bus/record-size.ts';
import { countForSend } from './count-for-send.ts';

const record = (bytes: number): OutgoingRecord => ({ topic: 't', key: 'k', value: 'x'.repeat(bytes), headers: {} });

describe('records of one send', () => {
  it('are at least one, and else as many as fit into 900,000 bytes', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 950_000 }), { minLength: 1, maxLength: 8 }), (sizes) => {
        const records = sizes.map(record);
        const count = countForSend(records);
        const bytes = (taken: number): number => records.slice(0, taken).reduce((sum, each) => sum + sizeOf(each), 0);
        expect(count).toBeGreaterThanOrEqual(1);
        if (count > 1) expect(bytes(count)).toBeLessThanOrEqual(900_000);
        if (count < records.length) expect(bytes(count + 1)).toBeGreaterThan(900_000);
      }),
      { numRuns: 40 },
    );
  });

  it('measures text in bytes, not in letters', () => {
    expect(sizeOf({ ...record(0), value: 'ü' }) - sizeOf(record(0))).toBe(2);
  });
});
