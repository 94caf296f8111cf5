import { HORIZON, LOOK_BACK, QUARTER_MS, type Panel } from '../features/panel.ts';

/** The part of a panel before and around `issue` that a forecast issued there may see: nothing measured at or after it. */
export function cutPanel(panel: Panel, issue: number): Panel {
  const first = Math.max(0, issue - LOOK_BACK);
  const cut = (values: Float32Array, end: number): Float32Array => values.slice(first, end);
  return {
    startMs: panel.startMs + first * QUARTER_MS,
    count: issue - first,
    sites: panel.sites.map((site) => ({
      ...site,
      loadWh: cut(site.loadWh, issue),
      ...(site.generationWh && { generationWh: cut(site.generationWh, issue) }),
    })),
    weather: {
      temperatureC: cut(panel.weather.temperatureC, issue + HORIZON),
      ghiWm2: cut(panel.weather.ghiWm2, issue + HORIZON),
      dniWm2: cut(panel.weather.dniWm2, issue + HORIZON),
      dhiWm2: cut(panel.weather.dhiWm2, issue + HORIZON),
    },
  };
}
