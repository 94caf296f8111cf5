/**
 * A compute rack that follows a power set-point by the work it takes on.
 *
 * Method: linear ramp from the present power to the target, which lies between idle and maximum.
 * Units: W, load convention; seconds.
 *
 * @example stepRack({ idlePowerW: 200, maxPowerW: 3000, rampWPerS: 100 }, 200, { targetW: 1200, dtS: 5 }) // 700
 */
export function stepRack(rack: RackModel, powerW: number, input: { targetW: number; dtS: number }): number {
  const targetW = clampRackTarget(rack, input.targetW);
  const reachW = rack.rampWPerS * input.dtS;
  return powerW + Math.max(-reachW, Math.min(reachW, targetW - powerW));
}

/** Set-point the rack can follow. */
export function clampRackTarget(rack: RackModel, targetW: number): number {
  return Math.min(rack.maxPowerW, Math.max(rack.idlePowerW, targetW));
}

export interface RackModel {
  readonly idlePowerW: number;
  readonly maxPowerW: number;
  readonly rampWPerS: number;
}
