/**
 * Height of the sun and the clear-sky irradiance it gives: the solar position of Spencer (1971: declination and equation of time as
 * Fourier series, within 0.01 rad) and the clear-sky model of Haurwitz (1945), GHI = 1098 cos(z) exp(-0.059 / cos(z)).
 *
 * @param utcMs instant, epoch milliseconds
 * @returns sine of the sun's elevation (negative at night) and clear-sky global horizontal irradiance in W/m2
 * @example locateSun(Date.UTC(2026, 5, 21, 12), { latitudeDeg: 51.5, longitudeDeg: 0 }).sinElevation // about 0.88
 */
export function locateSun(utcMs: number, place: Place): { sinElevation: number; clearSkyWm2: number } {
  const yearStartMs = Date.UTC(new Date(utcMs).getUTCFullYear(), 0, 1);
  const dayOfYear = (utcMs - yearStartMs) / 86_400_000;
  const angle = (2 * Math.PI * dayOfYear) / 365;
  const declination =
    0.006918 -
    0.399912 * Math.cos(angle) +
    0.070257 * Math.sin(angle) -
    0.006758 * Math.cos(2 * angle) +
    0.000907 * Math.sin(2 * angle);
  const equationMin =
    229.18 *
    (0.000075 +
      0.001868 * Math.cos(angle) -
      0.032077 * Math.sin(angle) -
      0.014615 * Math.cos(2 * angle) -
      0.040849 * Math.sin(2 * angle));
  const solarMin = (utcMs % 86_400_000) / 60_000 + equationMin + 4 * place.longitudeDeg;
  const hourAngle = ((solarMin / 4 - 180) * Math.PI) / 180;
  const latitude = (place.latitudeDeg * Math.PI) / 180;
  const sinElevation =
    Math.sin(latitude) * Math.sin(declination) + Math.cos(latitude) * Math.cos(declination) * Math.cos(hourAngle);
  return { sinElevation, clearSkyWm2: sinElevation > 0.01 ? 1098 * sinElevation * Math.exp(-0.059 / sinElevation) : 0 };
}

export interface Place {
  latitudeDeg: number;
  longitudeDeg: number;
}
