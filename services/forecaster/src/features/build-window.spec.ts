import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fakePanel } from '../testing/fake-panel.ts';
import { cutPanel } from '../testing/cut-panel.ts';
import { HORIZON, type Panel } from './panel.ts';
import { QUANTITIES } from './quantities.ts';
import { contextsOf } from './site-context.ts';

const panel = fakePanel({ sites: 2, days: 12 });
const names = ['load', 'generation'] as const;
const withSeries = (change: (values: Float32Array) => Float32Array): Panel => ({
  ...panel,
  sites: panel.sites.map((site) => ({
    ...site,
    loadWh: change(site.loadWh),
    ...(site.generationWh && { generationWh: change(site.generationWh) }),
  })),
});
const windowOf = (from: Panel, quantity: 'load' | 'generation', issue: number) =>
  QUANTITIES[quantity].buildWindow(contextsOf(from)[0]!, issue);

describe('the features', () => {
  it('C22 do not change with anything measured at or after the issue', () => {
    fc.assert(
      fc.property(fc.integer({ min: 96, max: panel.count - 1 }), fc.constantFrom(...names), (issue, quantity) => {
        const future = withSeries((values) => values.map((value, at) => (at >= issue ? 12_345 : value)));
        expect(windowOf(future, quantity, issue)).toEqual(windowOf(panel, quantity, issue));
      }),
      { numRuns: 20 },
    );
  });

  it('are the same from the whole history and from what a forecast at that instant may see', () => {
    for (const quantity of names) {
      const whole = windowOf(panel, quantity, 10 * 96);
      expect(windowOf(cutPanel(panel, 10 * 96), quantity, 10 * 96)).toEqual(whole);
      expect(whole?.inputs).toHaveLength(HORIZON * QUANTITIES[quantity].width);
    }
  });

  it('C22 stay finite and of order one whatever is missing', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 40 }),
        fc.integer({ min: 96, max: panel.count }),
        fc.constantFrom(...names),
        (every, issue, quantity) => {
          const gaps = withSeries((values) =>
            values.map((value, at) => (Math.floor(at / 7) % every === 0 || at % 96 > 80 ? NaN : value)),
          );
          const blind = {
            ...gaps,
            weather: {
              ...gaps.weather,
              ghiWm2: gaps.weather.ghiWm2.map(() => NaN),
              temperatureC: gaps.weather.temperatureC.map(() => NaN),
            },
          };
          const window = windowOf(blind, quantity, issue);
          expect(window?.inputs.every((value) => Number.isFinite(value) && Math.abs(value) <= 8) ?? true).toBe(true);
          expect(window?.baseWh.every((value) => value >= 0) ?? true).toBe(true);
        },
      ),
      { numRuns: 30 },
    );
  });

  it('have no window where nothing is known, and none of generation without a plant', () => {
    const empty = withSeries((values) => values.map(() => NaN));
    expect(names.map((quantity) => windowOf(empty, quantity, panel.count))).toEqual([undefined, undefined]);
    expect(QUANTITIES.generation.buildWindow(contextsOf(panel)[1]!, panel.count)).toBeUndefined();
  });
});
