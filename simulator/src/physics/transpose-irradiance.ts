import type { SolarPosition } from './compute-solar-position.ts';
import type { Irradiance } from './estimate-clear-sky.ts';

/**
 * Irradiance on a tilted plane.
 *
 * Method: Hay and Davies (1980) for the sky's diffuse light, isotropic ground reflection.
 * Units: W/m2, degrees; azimuth clockwise from north. Below the horizon the plane sees only diffuse light.
 *
 * @example transposeIrradiance(irradiance, sun, { tiltDeg: 20, azimuthDeg: 180, extraterrestrialWm2: 1321 })
 */
export function transposeIrradiance(irradiance: Irradiance, sun: SolarPosition, plane: Plane): number {
  const tilt = rad(plane.tiltDeg);
  const sinElevation = Math.sin(rad(sun.elevationDeg));
  const cosIncidence = Math.max(
    0,
    sinElevation * Math.cos(tilt) +
      Math.cos(rad(sun.elevationDeg)) * Math.sin(tilt) * Math.cos(rad(sun.azimuthDeg - plane.azimuthDeg)),
  );
  const isUp = sun.elevationDeg > 0;
  const anisotropy = isUp ? Math.min(1, irradiance.dniWm2 / plane.extraterrestrialWm2) : 0;
  // The floor keeps the ratio finite at sunrise, as Hay and Davies' users do (pvlib: 0.01745).
  const beamRatio = cosIncidence / Math.max(sinElevation, 0.01745);
  const isotropic = (1 + Math.cos(tilt)) / 2;
  const skyWm2 = irradiance.dhiWm2 * (anisotropy * beamRatio + (1 - anisotropy) * isotropic);
  const groundWm2 = irradiance.ghiWm2 * ALBEDO * ((1 - Math.cos(tilt)) / 2);
  return (isUp ? irradiance.dniWm2 * cosIncidence : 0) + skyWm2 + groundWm2;
}

export interface Plane {
  readonly tiltDeg: number;
  readonly azimuthDeg: number;
  readonly extraterrestrialWm2: number;
}

const ALBEDO = 0.2;

function rad(degrees: number): number {
  return (degrees * Math.PI) / 180;
}
