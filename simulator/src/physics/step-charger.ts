/**
 * A charger with the car that stands at it.
 *
 * Method: the car takes the asked power between the charger's minimum and maximum, tapers above 80 % of its battery to 20 % at full, and stops
 * when the energy of the session has flowed; below the minimum it does not charge at all (IEC 61851: 6 A).
 * Units: W, load convention; Wh; seconds.
 *
 * @example acceptChargerPower(charger, session, { deliveredWh: 0, requestedW: 7000, horizonS: 60 })
 */
export function acceptChargerPower(
  charger: ChargerModel,
  session: EvSession | undefined,
  request: { deliveredWh: number; requestedW: number; horizonS: number },
): number {
  if (session === undefined) return 0;
  const remainingWh = session.wantedWh - request.deliveredWh;
  if (remainingWh <= 0 || request.requestedW < charger.minChargeW) return 0;
  const soc = session.arrivalSocPct / 100 + request.deliveredWh / session.batteryWh;
  const taperW = charger.maxChargeW * Math.min(1, Math.max(0.2, 1 - (0.8 * (soc - 0.8)) / 0.2));
  return Math.min(request.requestedW, charger.maxChargeW, taperW, remainingWh / (request.horizonS / 3600));
}

/** Energy delivered to the car after a step at a power that was accepted. */
export function stepCharger(deliveredWh: number, input: { acceptedW: number; dtS: number }): number {
  return deliveredWh + (input.acceptedW * input.dtS) / 3600;
}

/** Session under way at an instant; the first that matches. */
export function sessionAt(sessions: readonly EvSession[], atMs: number): EvSession | undefined {
  return sessions.find((session) => session.arrivesMs <= atMs && atMs < session.departsMs);
}

export interface ChargerModel {
  readonly maxChargeW: number;
  readonly minChargeW: number;
}

export interface EvSession {
  readonly arrivesMs: number;
  readonly departsMs: number;
  readonly wantedWh: number;
  readonly batteryWh: number;
  readonly arrivalSocPct: number;
}
