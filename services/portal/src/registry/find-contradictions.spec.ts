import { describe, expect, it } from 'vitest';
import { aDocument, publicKeyOf } from '../testing/a-document.ts';
import { findContradictions } from './find-contradictions.ts';

describe('a registry document', () => {
  it('that fits together has no contradictions', () => {
    expect(findContradictions(aDocument())).toEqual([]);
  });

  it('C24: names a key that would speak for two meters', () => {
    const { meters } = aDocument();
    expect(
      findContradictions(aDocument({ meters: meters.map((meter) => ({ ...meter, publicKey: publicKeyOf('1') })) })),
    ).toEqual([expect.stringContaining('speaks for two meters')]);
  });

  it('C17: names static shares that together pass the feeder rating', () => {
    const { sites } = aDocument();
    expect(findContradictions(aDocument({ sites: sites.map((site) => ({ ...site, importLimitW: 10_001 })) }))).toEqual([
      expect.stringMatching(/add up to 10001 W/),
    ]);
  });

  it('names members, sites and meters that are not there', () => {
    const { members, devices } = aDocument();
    expect(findContradictions(aDocument({ members: members.slice(1) }))).toEqual(
      expect.arrayContaining([expect.stringContaining('unknown member home')]),
    );
    expect(findContradictions(aDocument({ devices: devices.slice(1) }))).toEqual(
      expect.arrayContaining([expect.stringContaining('no device that counts "revenue"')]),
    );
    expect(findContradictions(aDocument({ devices: [...devices, ...devices.slice(0, 1)] }))).toEqual([
      expect.stringContaining('named twice'),
    ]);
  });
});
