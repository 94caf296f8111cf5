import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeRequest } from './decode-request.ts';
import { decodeResponse } from './decode-response.ts';
import { encodeRequest, type ModbusRequest } from './encode-request.ts';
import { encodeException, encodeResponse } from './encode-response.ts';

const address = fc.integer({ min: 0, max: 65_000 });
const word = fc.integer({ min: 0, max: 0xffff });
const aRequest: fc.Arbitrary<ModbusRequest> = fc.oneof(
  fc.record({
    functionCode: fc.constantFrom(3 as const, 4 as const),
    address,
    count: fc.integer({ min: 1, max: 125 }),
  }),
  fc.record({ functionCode: fc.constant(6 as const), address, value: word }),
  fc.record({
    functionCode: fc.constant(16 as const),
    address,
    words: fc.array(word, { minLength: 1, maxLength: 123 }),
  }),
);

describe('Modbus requests and responses', () => {
  it('decodes what it encodes', () => {
    fc.assert(
      fc.property(aRequest, (request) => {
        const decoded = decodeRequest(encodeRequest(request));
        const plain =
          typeof decoded === 'object' && 'words' in decoded
            ? { ...decoded, words: Array.from(decoded.words) }
            : decoded;
        expect(plain).toEqual(request);
      }),
    );
  });

  it('gives a read the registers of its answer and a write nothing', () => {
    fc.assert(
      fc.property(aRequest, (request) => {
        const words =
          'count' in request
            ? Uint16Array.from({ length: request.count }, (_, i) => (i * 257) & 0xffff)
            : new Uint16Array(0);
        expect([...decodeResponse(request, encodeResponse(request, words))]).toEqual([...words]);
        expect(() => decodeResponse(request, encodeException(request.functionCode, 6))).toThrow(
          expect.objectContaining({ exceptionCode: 6, retriable: true }),
        );
      }),
    );
  });

  it('survives any bytes with a request, an exception code or an error of its own', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), aRequest, (bytes, request) => {
        const decoded = decodeRequest(bytes);
        expect(typeof decoded === 'number' ? decoded : decoded.address).toBeGreaterThanOrEqual(0);
        try {
          decodeResponse(request, bytes);
        } catch (error) {
          expect(error).toHaveProperty('kind');
        }
      }),
    );
  });
});
