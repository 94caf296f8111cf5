import { afterAll, describe, expect, it } from 'vitest';
import { cutPanel } from '../testing/cut-panel.ts';
import { fakePanel } from '../testing/fake-panel.ts';
import { ModelWorker } from './model-worker.link.ts';
import type { Training } from './train-models.ts';

const OPTIONS = { seed: 7, epochs: 3, hidden: 16 };
const panel = fakePanel({ sites: 3, days: 29 });
const worker = new ModelWorker('wasm');
afterAll(() => worker.stop());

const shares: number[] = [];
let first: Promise<Training> | undefined;
const firstTraining = (): Promise<Training> => (first ??= train(worker, OPTIONS.seed));

async function train(by: ModelWorker, seed: number): Promise<Training> {
  const result = await by.train(panel, { ...OPTIONS, seed }, (share) => shares.push(share));
  if (!result.isTrained) throw new Error(result.reason);
  return result.training;
}

describe('the model in its worker', () => {
  it('beats seasonal naive and the other baselines on seven held-out days, with calibrated quantiles', async () => {
    expect(await worker.ready()).toBe('wasm');
    const { reports, isBetter, parameters } = await firstTraining();
    const { load, generation } = reports;
    expect(load.mase).toBeLessThan(0.9);
    expect(generation?.mase).toBeLessThan(0.75);
    expect(isBetter).toBe(true);
    expect(load.coverage80Pct).toBeGreaterThan(65);
    expect(load.coverage80Pct).toBeLessThan(95);
    expect(parameters).toBeLessThan(1_000_000);
    expect(shares.at(-1)).toBe(1);
    expect(shares).toEqual([...shares].sort((a, b) => a - b));
  });

  it('trains to identical weights in another thread by the same seed, and to others by another', async () => {
    const other = new ModelWorker('wasm');
    const one = await firstTraining();
    const [two, three] = await Promise.all([train(other, OPTIONS.seed), train(worker, 8)]);
    await other.stop();
    expect(two.models.load.weights).toEqual(one.models.load.weights);
    expect(two.models.generation?.weights).toEqual(one.models.generation?.weights);
    expect(two.reports).toEqual(one.reports);
    expect(three.models.load.weights).not.toEqual(one.models.load.weights);
  });

  it('forecasts a day in ascending quantiles, with no sun at night and none for a site without a plant', async () => {
    const { models } = await firstTraining();
    const forecasts = await worker.forecast(cutPanel(panel, panel.count), models);
    expect(forecasts.map(({ siteId }) => siteId)).toEqual(['home-1', 'home-2', 'home-3']);
    for (const { load, generation } of forecasts) {
      for (const series of [load, ...(generation ? [generation] : [])]) {
        expect(series.p50Wh).toHaveLength(96);
        series.p50Wh.forEach((middle, step) => {
          expect(series.p10Wh[step]).toBeGreaterThanOrEqual(0);
          expect(series.p10Wh[step]).toBeLessThanOrEqual(middle);
          expect(series.p90Wh[step]).toBeGreaterThanOrEqual(middle);
        });
      }
    }
    expect(forecasts[0]?.generation?.p90Wh.filter((value) => value === 0).length).toBeGreaterThan(30);
    expect(forecasts[1]?.generation).toBeUndefined();
  });

  it('says that a short history is not enough instead of training on it', async () => {
    const result = await worker.train(fakePanel({ sites: 2, days: 10 }), OPTIONS, () => undefined);
    expect(result).toMatchObject({ isTrained: false, reason: expect.stringContaining('10.0 days') as string });
  });

  it('fails what was asked when it is stopped', async () => {
    const doomed = new ModelWorker('wasm');
    await doomed.ready();
    const outcome = doomed.train(panel, OPTIONS, () => undefined).catch((error: unknown) => error);
    await doomed.stop();
    expect(await outcome).toMatchObject({ code: 'FORECASTER_WORKER_FAILED' });
    expect(doomed.hasFailed).toBe(true);
  });
});
