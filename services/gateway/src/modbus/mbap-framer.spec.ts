import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MBAP_HEADER_BYTES, MbapFramer, stampMbap } from './mbap-framer.ts';

function frameOf(transactionId: number, unitId: number, pdu: readonly number[]): Uint8Array {
  const frame = new Uint8Array(MBAP_HEADER_BYTES + pdu.length);
  frame.set(pdu, MBAP_HEADER_BYTES);
  stampMbap(frame, transactionId, unitId);
  return frame;
}

const aFrame = fc.record({
  transactionId: fc.integer({ min: 0, max: 0xffff }),
  unitId: fc.integer({ min: 0, max: 255 }),
  pdu: fc.array(fc.integer({ min: 0, max: 255 }), { minLength: 1, maxLength: 253 }),
});

describe('MBAP framer', () => {
  it('TCP-2 gives every frame once and in order, however the stream was cut', () => {
    fc.assert(
      fc.property(
        fc.array(aFrame, { maxLength: 6 }),
        fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 }),
        (frames, cuts) => {
          const stream = Buffer.concat(
            frames.map(({ transactionId, unitId, pdu }) => frameOf(transactionId, unitId, pdu)),
          );
          const framer = new MbapFramer();
          const got: typeof frames = [];
          for (let at = 0, i = 0; at < stream.length; i++) {
            const end = at + (cuts[i % cuts.length] ?? 1);
            const fault = framer.push(stream.subarray(at, end), (transactionId, unitId, pdu) =>
              got.push({ transactionId, unitId, pdu: [...pdu] }),
            );
            expect(fault).toBeUndefined();
            at = end;
          }
          expect(got).toEqual(frames);
        },
      ),
    );
  });

  it.each([
    ['a foreign protocol id', '000100070003010300', 'protocol'],
    ['a length of 0', '0001000000000103', 'length'],
    ['a length of 1', '00010000000101', 'length'],
    ['a length of 255', '000100000', 'length'],
  ])('reports %s', (what, hex, fault) => {
    const bytes = what.includes('255') ? Buffer.from('0001000000ff0103', 'hex') : Buffer.from(hex, 'hex');
    for (const step of [1, bytes.length]) {
      const framer = new MbapFramer();
      const faults = [];
      for (let at = 0; at < bytes.length && faults.length === 0; at += step) {
        const found = framer.push(bytes.subarray(at, at + step), () => undefined);
        if (found !== undefined) faults.push(found);
      }
      expect(faults).toEqual([fault]);
    }
  });

  it('survives any bytes', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 600 }), { maxLength: 5 }), (chunks) => {
        const framer = new MbapFramer();
        for (const chunk of chunks) if (framer.push(chunk, () => undefined) !== undefined) break;
      }),
    );
  });
});
