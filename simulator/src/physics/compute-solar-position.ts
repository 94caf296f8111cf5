/**
 * Position of the sun as seen from a place.
 *
 * Method: NOAA solar calculator (J. Meeus, Astronomical Algorithms, chapter 25, low accuracy). Within 0.05 degrees of NREL's SPA
 * between 1950 and 2100.
 * Units: degrees; azimuth clockwise from north; elevation is geometric, without refraction.
 * Precondition: the instant is epoch milliseconds, UTC.
 *
 * @example computeSolarPosition(Date.parse('2017-07-17T19:55:00Z'), { latitudeDeg: 34.1, longitudeDeg: -117.43 })
 *          // { elevationDeg: 76.95, azimuthDeg: 179.05 }
 */
export function computeSolarPosition(atMs: number, place: Place): SolarPosition {
  const sun = apparentSun(atMs);
  const minutesOfDay = (((atMs / 60_000) % 1440) + 1440) % 1440;
  const solarMinutes = minutesOfDay + sun.equationOfTimeMin + 4 * place.longitudeDeg;
  const hourAngle = rad(solarMinutes / 4 - 180);
  const latitude = rad(place.latitudeDeg);
  const sinElevation =
    Math.sin(latitude) * Math.sin(sun.declination) +
    Math.cos(latitude) * Math.cos(sun.declination) * Math.cos(hourAngle);
  const east = -Math.cos(sun.declination) * Math.sin(hourAngle);
  const north =
    Math.sin(sun.declination) * Math.cos(latitude) -
    Math.cos(sun.declination) * Math.sin(latitude) * Math.cos(hourAngle);
  const azimuthDeg = (deg(Math.atan2(east, north)) + 360) % 360;
  return { elevationDeg: deg(Math.asin(Math.max(-1, Math.min(1, sinElevation)))), azimuthDeg };
}

export interface Place {
  readonly latitudeDeg: number;
  readonly longitudeDeg: number;
}

export interface SolarPosition {
  readonly elevationDeg: number;
  readonly azimuthDeg: number;
}

/** Elevation as the eye sees it: lifted by the refraction of a standard atmosphere (Bennett 1982, as NREL's SPA has it). */
export function apparentElevationDeg(elevationDeg: number): number {
  if (elevationDeg < -0.85) return elevationDeg;
  return elevationDeg + 1.02 / (60 * Math.tan(rad(elevationDeg + 10.3 / (elevationDeg + 5.11))));
}

/** Irradiance on a plane facing the sun above the atmosphere, W/m2 (Spencer 1971). */
export function extraterrestrialWm2(atMs: number): number {
  const yearStart = Date.UTC(new Date(atMs).getUTCFullYear(), 0, 1);
  const angle = (2 * Math.PI * Math.floor((atMs - yearStart) / 86_400_000)) / 365;
  const factor =
    1.00011 +
    0.034221 * Math.cos(angle) +
    0.00128 * Math.sin(angle) +
    0.000719 * Math.cos(2 * angle) +
    0.000077 * Math.sin(2 * angle);
  return 1366.1 * factor;
}

function apparentSun(atMs: number): { declination: number; equationOfTimeMin: number } {
  const centuries = (atMs / 86_400_000 + 2440587.5 - 2451545) / 36525;
  const meanLongitude = rad((280.46646 + centuries * (36000.76983 + centuries * 0.0003032)) % 360);
  const anomaly = rad(357.52911 + centuries * (35999.05029 - 0.0001537 * centuries));
  const eccentricity = 0.016708634 - centuries * (0.000042037 + 0.0000001267 * centuries);
  const centreDeg =
    Math.sin(anomaly) * (1.914602 - centuries * (0.004817 + 0.000014 * centuries)) +
    Math.sin(2 * anomaly) * (0.019993 - 0.000101 * centuries) +
    Math.sin(3 * anomaly) * 0.000289;
  const node = rad(125.04 - 1934.136 * centuries);
  const longitude = meanLongitude + rad(centreDeg - 0.00569 - 0.00478 * Math.sin(node));
  const obliquity = rad(23.439291 - 0.0130042 * centuries + 0.00256 * Math.cos(node));
  const declination = Math.asin(Math.sin(obliquity) * Math.sin(longitude));
  const y = Math.tan(obliquity / 2) ** 2;
  const equation =
    y * Math.sin(2 * meanLongitude) -
    2 * eccentricity * Math.sin(anomaly) +
    4 * eccentricity * y * Math.sin(anomaly) * Math.cos(2 * meanLongitude) -
    0.5 * y * y * Math.sin(4 * meanLongitude) -
    1.25 * eccentricity * eccentricity * Math.sin(2 * anomaly);
  return { declination, equationOfTimeMin: 4 * deg(equation) };
}

function rad(degrees: number): number {
  return (degrees * Math.PI) / 180;
}

function deg(radians: number): number {
  return (radians * 180) / Math.PI;
}
