import type { Quality, ReadingTaken } from '@wattmesh/events';

/**
 * Leaves out points no device can mean (a state of charge beyond 0 to 100 %, a negative counter, a number that is none) and says
 * so by the quality `suspect`. Example: socPct 6553.5 is absent from the result.
 */
export function plausiblePoints(
  points: ReadingTaken['points'],
  quality: Quality,
): Pick<ReadingTaken, 'points' | 'quality'> {
  const kept = Object.entries(points).filter(([name, value]) => typeof value === 'boolean' || isPlausible(name, value));
  const isWhole = kept.length === Object.keys(points).length;
  return { points: Object.fromEntries(kept), quality: isWhole || quality !== 'measured' ? quality : 'suspect' };
}

const NEVER_NEGATIVE: readonly string[] = ['importWh', 'exportWh', 'socPct', 'sohPct', 'wantedWh'];

function isPlausible(name: string, value: number | undefined): boolean {
  if (value === undefined || !Number.isFinite(value)) return false;
  if (NEVER_NEGATIVE.includes(name) && value < 0) return false;
  return !name.endsWith('Pct') || value <= 100;
}
