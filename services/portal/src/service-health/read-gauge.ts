/**
 * The largest sample of a gauge in Prometheus' text format; undefined where it has none.
 *
 * @example readGauge('lag_ms{service="a"} 12\nlag_ms{service="b"} 9', 'lag_ms'); // 12
 */
export function readGauge(text: string, name: string): number | undefined {
  const samples = text
    .split('\n')
    .filter((line) => line.startsWith(`${name} `) || line.startsWith(`${name}{`))
    .map((line) => Number(line.slice(line.lastIndexOf(' ') + 1)))
    .filter(Number.isFinite);
  return samples.length === 0 ? undefined : Math.max(...samples);
}
