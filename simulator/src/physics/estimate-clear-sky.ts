import { apparentElevationDeg, extraterrestrialWm2, type SolarPosition } from './compute-solar-position.ts';

/**
 * Irradiance under a cloudless sky.
 *
 * Method: Ineichen and Perez (2002) with Linke turbidity and altitude, air mass by Kasten and Young (1989).
 * Units: W/m2; altitude in m. Zero while the sun is below the horizon.
 *
 * @example estimateClearSky({ atMs, sun: { elevationDeg: 76.95, azimuthDeg: 179 }, altitudeM: 380, turbidity: 3 }).ghiWm2 // 1005
 */
export function estimateClearSky(sky: {
  atMs: number;
  sun: SolarPosition;
  altitudeM: number;
  turbidity: number;
}): Irradiance {
  const elevationDeg = apparentElevationDeg(sky.sun.elevationDeg);
  if (elevationDeg <= 0) return { ghiWm2: 0, dniWm2: 0, dhiWm2: 0 };
  const sinElevation = Math.sin((elevationDeg * Math.PI) / 180);
  const pressureRatio = (1 - 2.25577e-5 * sky.altitudeM) ** 5.25588;
  const airMass = pressureRatio / (sinElevation + 0.50572 * (elevationDeg + 6.07995) ** -1.6364);
  const extraWm2 = extraterrestrialWm2(sky.atMs);
  const fh1 = Math.exp(-sky.altitudeM / 8000);
  const fh2 = Math.exp(-sky.altitudeM / 1250);
  const cg1 = 5.09e-5 * sky.altitudeM + 0.868;
  const cg2 = 3.92e-5 * sky.altitudeM + 0.0387;
  const ghiWm2 = Math.max(
    0,
    cg1 * extraWm2 * sinElevation * Math.exp(-cg2 * airMass * (fh1 + fh2 * (sky.turbidity - 1))),
  );
  const beam = (0.664 + 0.163 / fh1) * Math.exp(-0.09 * airMass * (sky.turbidity - 1));
  const diffuseShare = (0.1 - 0.2 * Math.exp(-sky.turbidity)) / (0.1 + 0.882 / fh1);
  const beamCeiling = (ghiWm2 * Math.min(1, Math.max(0, 1 - diffuseShare))) / sinElevation;
  const dniWm2 = Math.max(0, Math.min(extraWm2 * Math.max(0, beam), beamCeiling));
  return { ghiWm2, dniWm2, dhiWm2: Math.max(0, ghiWm2 - dniWm2 * sinElevation) };
}

/** Global horizontal, direct normal and diffuse horizontal irradiance. */
export interface Irradiance {
  readonly ghiWm2: number;
  readonly dniWm2: number;
  readonly dhiWm2: number;
}
