import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findModel } from './find-model.ts';

const root = resolve(import.meta.dirname, '../..');
const modelsDir = resolve(process.env['WATTMESH_SUNSPEC'] ?? join(root, '../../../shared/sunspec/models'));
const script = join(root, 'scripts/generate-sunspec.mjs');

describe('tables of SunSpec models', () => {
  it.skipIf(!existsSync(modelsDir))('are in sync with the model definitions', async () => {
    const { generate } = (await import(script)) as { generate: () => string };
    expect(readFileSync(join(root, 'src/sunspec/generated/models.ts'), 'utf8')).toBe(generate());
  });

  it.each([
    [1, 66, { SN: 50 }],
    [103, 50, { W: 14, W_SF: 15, WH: 24 }],
    [120, 26, { WRtg: 3 }],
    [121, 30, { WMax: 2 }],
    [123, 24, { WMaxLimPct: 5, WMaxLim_Ena: 9 }],
    [203, 105, { W: 18, TotWhExp: 38, TotWhImp: 46, TotWh_SF: 54 }],
    [701, 153, { W: 10, TotWhInj: 19, TotWhAbs: 23, MnAlrmInfo: 123 }],
    [702, 50, { WMax: 26, WChaRteMax: 34 }],
    [704, 65, { WMaxLimPctEna: 14, WSetEna: 22, WSet: 24, WSetRvrtTms: 31, WSetRvrtRem: 33 }],
    [713, 7, { SoC: 4, SoH: 5 }],
  ])('MOD-1 model %s has its length and its points where the specification puts them', (id, length, offsets) => {
    const model = findModel(id);
    expect(model?.size).toBe(2 + length);
    for (const [name, offset] of Object.entries(offsets)) expect(model?.byName.get(name)?.offset).toBe(offset);
  });
});
