/** Simulated time before the first interval in which services are made ready. */
export const LEAD_MS = 600_000;
