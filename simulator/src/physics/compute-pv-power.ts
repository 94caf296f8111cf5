/**
 * AC power of a solar plant.
 *
 * Method: PVWatts (NREL/TP-6A20-62641) with a Ross cell temperature (27 K at 800 W/m2); the inverter clips at its rating and at the limit
 * it was told.
 * Units: W, W/m2, degrees C. The result is generation, positive out of the plant; the site turns it to load convention.
 *
 * @example computePvPower({ peakW: 5000, ratedW: 5000, lossPct: 14 }, { planeWm2: 1000, temperatureC: 25 })
 */
export function computePvPower(plant: PvPlant, weather: { planeWm2: number; temperatureC: number }): number {
  const cellC = weather.temperatureC + ROSS_K_M2_PER_W * weather.planeWm2;
  const dcW =
    plant.peakW *
    (weather.planeWm2 / 1000) *
    (1 + TEMPERATURE_COEFFICIENT_PER_K * (cellC - 25)) *
    (1 - plant.lossPct / 100);
  return Math.min(plant.ratedW, Math.max(0, dcW * INVERTER_EFFICIENCY));
}

/** Power left of an available one under a limit; without a limit all of it. */
export function curtail(availableW: number, limitW: number | undefined): number {
  return limitW === undefined ? availableW : Math.min(availableW, Math.max(0, limitW));
}

export interface PvPlant {
  /** DC power of the modules at standard test conditions. */
  readonly peakW: number;
  /** AC rating of the inverter. */
  readonly ratedW: number;
  /** Soiling, wiring, mismatch, shading. */
  readonly lossPct: number;
}

const ROSS_K_M2_PER_W = 27 / 800;
const TEMPERATURE_COEFFICIENT_PER_K = -0.0037;
const INVERTER_EFFICIENCY = 0.96;
