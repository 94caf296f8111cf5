/** Length of a delivery interval in milliseconds. */
export const INTERVAL_MS = 900_000;

/** Start of the 15-minute interval, UTC-aligned, that holds the instant. */
export function intervalStartOf(simMs: number): number {
  return Math.floor(simMs / INTERVAL_MS) * INTERVAL_MS;
}
