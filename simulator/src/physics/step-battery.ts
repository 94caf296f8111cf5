/**
 * A battery behind its inverter: how much of an asked power it takes, and what that does to the energy inside.
 *
 * Method: DOMAIN_RULES C12. Stored energy' = stored x (1 - leak) + eta_c P_c dt - P_d dt / eta_d, each efficiency the square root of the
 * round trip; the leak is solved in continuous time, so that two half steps come to a whole one. Charging tapers above 80 % by CityLearn's curve [0, 1] [0.8, 1] [1, 0.2], discharging tapers below 5 %.
 * Units: W at the AC terminals, load convention (positive charges); Wh inside; seconds. The standby draw is the site's, not the cells'.
 * Precondition: `stepBattery` gets a power that `acceptBatteryPower` returned for a horizon of at least dtS, so it never overfills.
 *
 * @example const acceptedW = acceptBatteryPower(battery, state, { requestedW: 2000, horizonS: 60 });
 *          stepBattery(battery, state, { acceptedW, dtS: 60 })
 */
export function stepBattery(
  battery: BatteryModel,
  state: BatteryState,
  input: { acceptedW: number; dtS: number },
): BatteryState {
  const hours = input.dtS / 3600;
  const efficiency = Math.sqrt(battery.roundTripEfficiencyPct / 100);
  const storedW = input.acceptedW >= 0 ? input.acceptedW * efficiency : input.acceptedW / efficiency;
  const leakPerHour = -Math.log1p(-battery.leakPctPerDay / 100) / 24;
  const leaked = -Math.expm1(-leakPerHour * hours);
  const flowWh = leakPerHour > 0 ? (storedW * leaked) / leakPerHour : storedW * hours;
  return { storedWh: Math.min(battery.capacityWh, Math.max(0, state.storedWh * (1 - leaked) + flowWh)) };
}

/** Power the battery takes of a requested one and holds over the horizon: nameplate, taper, and room or energy left. */
export function acceptBatteryPower(
  battery: BatteryModel,
  state: BatteryState,
  request: { requestedW: number; horizonS: number },
): number {
  const efficiency = Math.sqrt(battery.roundTripEfficiencyPct / 100);
  const soc = state.storedWh / battery.capacityWh;
  const hours = request.horizonS / 3600;
  if (request.requestedW > 0) {
    const taperW = battery.maxChargeW * Math.min(1, Math.max(0.2, 1 - (0.8 * (soc - 0.8)) / 0.2));
    const roomW = Math.max(0, battery.capacityWh - state.storedWh) / efficiency / hours;
    return Math.min(request.requestedW, taperW, roomW);
  }
  const taperW = battery.maxDischargeW * Math.min(1, Math.max(0.2, soc / 0.05));
  const leftW = (Math.max(0, state.storedWh) * efficiency) / hours;
  return -Math.min(-request.requestedW, taperW, leftW);
}

export interface BatteryModel {
  readonly capacityWh: number;
  readonly maxChargeW: number;
  readonly maxDischargeW: number;
  readonly roundTripEfficiencyPct: number;
  readonly leakPctPerDay: number;
}

export interface BatteryState {
  readonly storedWh: number;
}
