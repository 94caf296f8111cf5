import { useTranslation } from 'react-i18next';
import type { Format } from '../../format/use-format.ts';
import type { ColumnName, Series } from './build-series.ts';
import type { Panel } from './panels.ts';

type Props = { panel: Panel; series: Series; index: number | null; format: Format };

/** Entries of the legend; a fan stands for its three lines. */
const ENTRIES: Record<Panel['key'], { mark: string; name: EntryName; columns: ColumnName[] }[]> = {
  power: [
    { mark: 'line-load', name: 'load', columns: ['loadKw'] },
    { mark: 'fan-load', name: 'loadFan', columns: ['loadP10Kw', 'loadP50Kw', 'loadP90Kw'] },
    { mark: 'line-sun', name: 'sun', columns: ['sunKw'] },
    { mark: 'fan-sun', name: 'sunFan', columns: ['sunP90Kw', 'sunP50Kw', 'sunP10Kw'] },
    { mark: 'line-grid', name: 'net', columns: ['netKw'] },
    { mark: 'dash-grid', name: 'planNet', columns: ['planNetKw'] },
  ],
  storage: [
    { mark: 'line-storage', name: 'storage', columns: ['storageKw'] },
    { mark: 'dash-storage', name: 'planStorage', columns: ['planStorageKw'] },
    { mark: 'line-charging', name: 'soc', columns: ['socPct'] },
    { mark: 'dash-charging', name: 'planSoc', columns: ['planSocPct'] },
  ],
  price: [
    { mark: 'line-price', name: 'price', columns: ['price'] },
    { mark: 'fan-corridor', name: 'corridor', columns: ['feedIn', 'retail'] },
  ],
};

type EntryName =
  | 'load'
  | 'loadFan'
  | 'sun'
  | 'sunFan'
  | 'net'
  | 'planNet'
  | 'storage'
  | 'planStorage'
  | 'soc'
  | 'planSoc'
  | 'price'
  | 'corridor';

/** Legend of a panel, and under the pointer its values and their time. */
export function Readout({ panel, series, index, format }: Props) {
  const { t } = useTranslation();
  const seconds = index === null ? undefined : series.seconds[index];
  return (
    <ul className="readout small">
      {ENTRIES[panel.key].map((entry) => {
        const values = index === null ? [] : entry.columns.map((column) => series[column][index] ?? undefined);
        return (
          <li key={entry.name}>
            <span className={`key key-${entry.mark}`} aria-hidden="true" /> {t(`timeline.line.${entry.name}`)}
            {values.some((value) => value !== undefined) ? (
              <strong>
                {' '}
                {values.map((value) => format.number(value, digitsOf(panel.key, entry.name))).join(' – ')}
              </strong>
            ) : null}
          </li>
        );
      })}
      {panel.key === 'power' && seconds !== undefined ? (
        <li className="readout-time">
          {format.dateTime(seconds * 1000)} {format.zone(seconds * 1000)}
        </li>
      ) : null}
    </ul>
  );
}

function digitsOf(panel: Panel['key'], name: EntryName): number {
  if (panel === 'price') return 4;
  return name === 'soc' || name === 'planSoc' ? 0 : 2;
}
