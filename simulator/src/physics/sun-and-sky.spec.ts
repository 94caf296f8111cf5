import { describe, expect, it } from 'vitest';
import { computePvPower, curtail } from './compute-pv-power.ts';
import { apparentElevationDeg, computeSolarPosition, extraterrestrialWm2 } from './compute-solar-position.ts';
import { estimateClearSky } from './estimate-clear-sky.ts';
import { transposeIrradiance } from './transpose-irradiance.ts';

/** Geometric elevation and azimuth by NREL's SPA (pvlib 0.16.1). */
const SPA = [
  { latitudeDeg: 34.1, longitudeDeg: -117.43, at: '2017-07-17T16:00:00Z', elevationDeg: 36.8591, azimuthDeg: 87.9784 },
  { latitudeDeg: 34.1, longitudeDeg: -117.43, at: '2017-07-17T19:55:00Z', elevationDeg: 76.9504, azimuthDeg: 179.0545 },
  { latitudeDeg: 34.1, longitudeDeg: -117.43, at: '2017-12-21T18:30:00Z', elevationDeg: 29.5466, azimuthDeg: 159.3756 },
  {
    latitudeDeg: 34.1,
    longitudeDeg: -117.43,
    at: '2020-02-29T06:00:00Z',
    elevationDeg: -51.4823,
    azimuthDeg: 306.0309,
  },
  { latitudeDeg: 34.1, longitudeDeg: -117.43, at: '2017-07-18T02:30:00Z', elevationDeg: 4.9587, azimuthDeg: 292.069 },
  { latitudeDeg: 52.5, longitudeDeg: 13.4, at: '2017-07-17T16:00:00Z', elevationDeg: 27.5307, azimuthDeg: 269.252 },
  { latitudeDeg: 52.5, longitudeDeg: 13.4, at: '2020-02-29T06:00:00Z', elevationDeg: 0.0138, azimuthDeg: 102.8631 },
  { latitudeDeg: 52.5, longitudeDeg: 13.4, at: '2026-03-20T12:00:00Z', elevationDeg: 36.5695, azimuthDeg: 194.4251 },
  { latitudeDeg: -33.9, longitudeDeg: 151.2, at: '2020-02-29T06:00:00Z', elevationDeg: 30.6819, azimuthDeg: 282.0748 },
  { latitudeDeg: -33.9, longitudeDeg: 151.2, at: '2017-07-18T02:30:00Z', elevationDeg: 34.6732, azimuthDeg: 351.882 },
  { latitudeDeg: 0, longitudeDeg: 0, at: '2017-07-17T16:00:00Z', elevationDeg: 29.2177, azimuthDeg: 294.3386 },
];

describe('the sun', () => {
  it.each(SPA)('stands at $latitudeDeg, $longitudeDeg on $at where SPA has it, within 0.05 degrees', (spa) => {
    const sun = computeSolarPosition(Date.parse(spa.at), spa);
    expect(Math.abs(sun.elevationDeg - spa.elevationDeg)).toBeLessThan(0.05);
    const arc = Math.abs(sun.azimuthDeg - spa.azimuthDeg) * Math.cos((spa.elevationDeg * Math.PI) / 180);
    expect(arc).toBeLessThan(0.05);
  });

  it('is lifted by half a degree at the horizon', () => {
    expect(apparentElevationDeg(0)).toBeCloseTo(0.48, 1);
    expect(apparentElevationDeg(-5)).toBe(-5);
  });
});

/** Ineichen with turbidity 3 at 380 m (pvlib 0.16.1). */
const INEICHEN = [
  { at: '2017-07-17T16:00:00Z', ghiWm2: 572.16, dniWm2: 828.75, dhiWm2: 74.77 },
  { at: '2017-07-17T19:55:00Z', ghiWm2: 1005.36, dniWm2: 924.76, dhiWm2: 104.47 },
  { at: '2017-12-21T18:30:00Z', ghiWm2: 481.2, dniWm2: 833.25, dhiWm2: 69.93 },
];
const FONTANA = { latitudeDeg: 34.1, longitudeDeg: -117.43 };

describe('a clear sky', () => {
  it.each(INEICHEN)('on $at has the irradiance of the reference within half a percent', (reference) => {
    const atMs = Date.parse(reference.at);
    const sky = estimateClearSky({ atMs, sun: computeSolarPosition(atMs, FONTANA), altitudeM: 380, turbidity: 3 });
    expect(Math.abs(sky.ghiWm2 / reference.ghiWm2 - 1)).toBeLessThan(0.005);
    expect(Math.abs(sky.dniWm2 / reference.dniWm2 - 1)).toBeLessThan(0.005);
    expect(Math.abs(sky.dhiWm2 / reference.dhiWm2 - 1)).toBeLessThan(0.02);
  });

  it('is dark at night', () => {
    const atMs = Date.parse('2017-07-17T08:00:00Z');
    const sky = estimateClearSky({ atMs, sun: computeSolarPosition(atMs, FONTANA), altitudeM: 380, turbidity: 3 });
    expect(sky).toEqual({ ghiWm2: 0, dniWm2: 0, dhiWm2: 0 });
  });
});

describe('a tilted plane', () => {
  it('sees the sky of Hay and Davies as the reference does', () => {
    const atMs = Date.parse('2017-07-17T19:55:00Z');
    const sun = computeSolarPosition(atMs, FONTANA);
    const plane = { tiltDeg: 20, azimuthDeg: 200, extraterrestrialWm2: extraterrestrialWm2(atMs) };
    const diffuse =
      transposeIrradiance({ ghiWm2: 0, dniWm2: 600, dhiWm2: 300 }, sun, plane) -
      600 * Math.cos((9.0536 * Math.PI) / 180);
    expect(diffuse).toBeCloseTo(296.93, 0);
  });
});

describe('a solar plant', () => {
  const plant = { peakW: 5000, ratedW: 4000, lossPct: 12 };

  it('gives less when it is hot, nothing at night, and never more than its inverter', () => {
    const cold = computePvPower(plant, { planeWm2: 600, temperatureC: 5 });
    expect(cold).toBeGreaterThan(computePvPower(plant, { planeWm2: 600, temperatureC: 35 }));
    expect(computePvPower(plant, { planeWm2: 0, temperatureC: 20 })).toBe(0);
    expect(computePvPower(plant, { planeWm2: 1300, temperatureC: -10 })).toBe(4000);
  });

  it('keeps a limit, and without one gives all it has', () => {
    expect(curtail(3000, 1200)).toBe(1200);
    expect(curtail(3000, undefined)).toBe(3000);
    expect(curtail(3000, -5)).toBe(0);
  });
});
