const LEAST_S = 120;
const WALL_S = 10;

/** Whether a value's age says that its source fell silent: two minutes, or ten wall seconds where time runs faster. */
export function isOld(ageS: number, speed: number): boolean {
  return ageS > Math.max(LEAST_S, WALL_S * speed);
}
