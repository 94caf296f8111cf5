import { describe, expect, it } from 'vitest';
import { readGauge } from './read-gauge.ts';

const text = `# HELP wattmesh_event_lag_p99_ms Lag
# TYPE wattmesh_event_lag_p99_ms gauge
wattmesh_event_lag_p99_ms{service="market",topic="a b"} 1.5e3
wattmesh_event_lag_p99_ms{service="market",topic="c"} NaN
wattmesh_event_lag_p99_ms_of_another 9e9
plain 7
`;

describe('a metric as text', () => {
  it('is read as its largest value over all labels', () => {
    expect(readGauge(text, 'wattmesh_event_lag_p99_ms')).toBe(1500);
    expect(readGauge(text, 'plain')).toBe(7);
  });

  it('is missing where nothing has its name or a value', () => {
    expect(readGauge(text, 'wattmesh')).toBeUndefined();
    expect(readGauge('lag NaN\n', 'lag')).toBeUndefined();
  });
});
