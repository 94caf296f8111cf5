/** A row of the outbox, as far as its order goes. */
export interface OutboxRow {
  id: string;
  topic: string;
  key: string;
}

/**
 * Picks the rows that may leave now, in one flight per topic. A key that is in flight holds its later rows back, so each
 * key stays in order whatever becomes of a flight; of a compacted topic one row per key flies at a time, since a restart
 * replays its newest. Rows come in the order of their ids. O(rows).
 *
 * @example chooseFlights(rows, { keysInFlight: new Set(), isCompacted: () => false }) // Map { 'market.x.v1' => [row, row] }
 */
export function chooseFlights<R extends OutboxRow>(
  rows: readonly R[],
  rules: { keysInFlight: ReadonlySet<string>; isCompacted: (topic: string) => boolean },
): Map<string, R[]> {
  const flights = new Map<string, R[]>();
  const taken = new Set<string>();
  for (const row of rows) {
    const flightKey = flightKeyOf(row);
    if (rules.keysInFlight.has(flightKey)) continue;
    if (taken.has(flightKey) && rules.isCompacted(row.topic)) continue;
    taken.add(flightKey);
    const flight = flights.get(row.topic) ?? [];
    flight.push(row);
    flights.set(row.topic, flight);
  }
  return flights;
}

/** Identity of what must stay in order: a key within its topic. */
export function flightKeyOf(row: { topic: string; key: string }): string {
  return `${row.topic} ${row.key}`;
}
