import { describe, expect, it } from 'vitest';
import { isUsable } from './is-usable.ts';

const METERED = {
  quality: 'measured' as const,
  importWh: 250,
  exportWh: 10,
  counters: { startImportWh: 1000, endImportWh: 1250, startExportWh: 40, endExportWh: 50 },
};

describe('isUsable', () => {
  it('takes what the counters moved by, within what the connection can pass', () => {
    expect(isUsable(METERED, { maxIntervalWh: 250 })).toBe(true);
    expect(isUsable(METERED, { maxIntervalWh: 249 })).toBe(false);
  });

  it('takes no missing value', () => {
    expect(isUsable({ ...METERED, quality: 'missing' }, { maxIntervalWh: 250 })).toBe(false);
  });

  it.each(['importWh', 'exportWh'] as const)('refuses an %s that its counters did not move by', (field) => {
    expect(isUsable({ ...METERED, [field]: METERED[field] - 1 }, { maxIntervalWh: 250 })).toBe(false);
  });
});
