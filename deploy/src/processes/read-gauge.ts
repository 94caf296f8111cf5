/**
 * Largest value of a metric in the Prometheus text format, over all its labels; undefined where the text has none.
 *
 * Pure. Example: `readGauge('lag{group="a"} 12\nlag{group="b"} 30\n', 'lag')` is 30.
 */
export function readGauge(text: string, name: string): number | undefined {
  const values = text
    .split('\n')
    .filter((line) => line.startsWith(`${name} `) || line.startsWith(`${name}{`))
    .map((line) => Number(line.slice(line.lastIndexOf(' ') + 1)))
    .filter(Number.isFinite);
  return values.length === 0 ? undefined : Math.max(...values);
}
