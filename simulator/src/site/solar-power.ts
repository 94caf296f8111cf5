import { computePvPower } from '../physics/compute-pv-power.ts';
import { transposeIrradiance } from '../physics/transpose-irradiance.ts';
import type { ScenarioDevice } from '../scenario/scenario.schema.ts';
import type { SkyState } from './sky.ts';

/** Power an inverter could generate under a sky, W, positive; 0 for any other device. */
export function availableSolarW(device: ScenarioDevice, sky: SkyState): number {
  const { solar } = device;
  if (solar === undefined) return 0;
  const planeWm2 = transposeIrradiance(sky.irradiance, sky.sun, {
    ...solar,
    extraterrestrialWm2: sky.extraterrestrialWm2,
  });
  return computePvPower(
    { ...solar, ratedW: Math.min(device.ratedW, solar.maxPowerW) },
    { planeWm2, temperatureC: sky.temperatureC },
  );
}
