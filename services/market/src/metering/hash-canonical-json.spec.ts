import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { hashCanonicalJson } from './hash-canonical-json.ts';

describe('hashCanonicalJson', () => {
  it('is SHA-256 of the sorted JSON without white space', () => {
    const expected = createHash('sha256').update('{"a":[1,{"c":"é","d":false}],"b":-2}').digest('hex');
    expect(hashCanonicalJson({ b: -2, a: [1, { d: false, c: 'é', gone: undefined }] })).toBe(`0x${expected}`);
  });
});
