/**
 * Shuffles records across keys while each key keeps its own order: Fisher-Yates over the sequence of keys, then each key's
 * records are dealt in their old order to the places its key got. O(n).
 *
 * @example shuffleAcrossKeys([{ key: 'a', n: 1 }, { key: 'a', n: 2 }, { key: 'b', n: 3 }], random) // a1 before a2, always
 */
export function shuffleAcrossKeys<T extends { key: string }>(records: readonly T[], random: () => number): T[] {
  const places = records.map((record) => record.key);
  for (let last = places.length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1));
    const held = places[last] as string;
    places[last] = places[other] as string;
    places[other] = held;
  }
  const byKey = Map.groupBy(records, (record) => record.key);
  return places.map((key) => byKey.get(key)?.shift() as T);
}
