/** A UTC month: name of its partition, and its ends. */
export interface Month {
  readonly partition: string;
  readonly from: string;
  readonly to: string;
}

/**
 * Month that an instant lies in.
 *
 * @example monthOf('2017-12-31T23:45:00Z'); // { partition: 'meter_interval_2017_12', from: '2017-12-01T…', to: '2018-01-01T…' }
 */
export function monthOf(instant: string): Month {
  const date = new Date(instant);
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()];
  return {
    partition: `meter_interval_${year}_${String(month + 1).padStart(2, '0')}`,
    from: new Date(Date.UTC(year, month)).toISOString(),
    to: new Date(Date.UTC(year, month + 1)).toISOString(),
  };
}
