import { seededRandom } from '../model/seeded-random.ts';
import { HORIZON, QUARTER_MS, type Panel } from '../features/panel.ts';

/** A made-up community for specs: evening peaks, quieter weekends, noise by seed, clouds that the weather forecast knows. */
export function fakePanel(options: {
  sites: number;
  days: number;
  seed?: number;
  timeZone?: string;
  startMs?: number;
}): Panel {
  const { sites, days, seed = 1, timeZone = 'America/Los_Angeles', startMs = Date.UTC(2017, 5, 5, 16) } = options;
  const count = days * 96;
  const random = seededRandom(seed);
  const clearnessOf = Array.from({ length: days + 2 }, () => 0.25 + 0.75 * random());
  const sunAt = (position: number): number => {
    const hour = ((startMs / QUARTER_MS + position) % 96) / 4 - 8;
    return Math.max(0, Math.sin(((hour - 6) / 12) * Math.PI)) * (clearnessOf[Math.floor((position + 64) / 96)] ?? 1);
  };
  const load = (scale: number): Float32Array =>
    Float32Array.from({ length: count }, (_, position) => {
      const hour = (((startMs / QUARTER_MS + position) % 96) / 4 + 17) % 24;
      const isWeekend = Math.floor((startMs / QUARTER_MS + position - 28) / 96 + 4) % 7 >= 5;
      const shape =
        0.5 + Math.exp(-((hour - 19) ** 2) / 6) * (isWeekend ? 1 : 2) + 0.4 * Math.exp(-((hour - 8) ** 2) / 3);
      return Math.round(scale * shape * (0.7 + 0.6 * random()));
    });
  return {
    startMs,
    count,
    sites: Array.from({ length: sites }, (_, index) => ({
      siteId: `home-${index + 1}`,
      timeZone,
      latitudeDeg: 34.1,
      longitudeDeg: -117.4,
      loadWh: load(100 + 60 * index),
      ...(index % 2 === 0 && {
        generationWh: Float32Array.from({ length: count }, (_v, position) =>
          Math.round(900 * sunAt(position) * (0.95 + 0.1 * random())),
        ),
      }),
    })),
    weather: {
      temperatureC: Float32Array.from({ length: count + HORIZON }, (_, position) => 18 + 8 * sunAt(position)),
      ghiWm2: Float32Array.from(
        { length: count + HORIZON },
        (_, position) => 1000 * sunAt(position) * (0.95 + 0.1 * random()),
      ),
      dniWm2: Float32Array.from({ length: count + HORIZON }, (_, position) => 800 * sunAt(position)),
      dhiWm2: Float32Array.from({ length: count + HORIZON }, (_, position) => 100 * sunAt(position)),
    },
  };
}
