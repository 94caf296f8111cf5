/**
 * The newest of each key, in the order of the keys: rows are then locked in one order by all instances. Of equally new ones
 * the last counts. O(n log n).
 *
 * @example pickNewest([{ id: 'b', at: 1 }, { id: 'a', at: 2 }, { id: 'a', at: 1 }], (x) => x.id, (x) => x.at); // a 2, b 1
 */
export function pickNewest<T>(items: readonly T[], keyOf: (item: T) => string, ageOf: (item: T) => number): T[] {
  const newest = new Map<string, T>();
  for (const item of items) {
    const key = keyOf(item);
    const known = newest.get(key);
    if (known === undefined || ageOf(known) <= ageOf(item)) newest.set(key, item);
  }
  return [...newest].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, item]) => item);
}
