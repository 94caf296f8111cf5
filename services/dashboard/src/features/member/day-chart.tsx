import { useTranslation } from 'react-i18next';
import type { Format } from '../../format/use-format.ts';
import { stepPath, sumOf, type DayRow } from './day-series.ts';

export const QUANTITIES = ['used', 'made', 'sold'] as const;

type Props = { rows: readonly DayRow[]; format: Format };

const WIDTH = 960;
const HEIGHT = 220;
const MARKS = 4;

/** Used, made and sold of a day in steps of 15 minutes: three outlines told apart by dash and colour, named below with their sums. */
export function DayChart({ rows, format }: Props) {
  const { t } = useTranslation();
  const values = (name: (typeof QUANTITIES)[number]) => rows.map((row) => row[`${name}Wh`]);
  const largest = Math.max(1, ...QUANTITIES.flatMap((name) => values(name).map((value) => value ?? 0)));
  const scale = format.energy([largest, 0]);
  const sums = Object.fromEntries(
    QUANTITIES.map((name) => [name, format.oneEnergy(sumOf(rows, `${name}Wh`))]),
  ) as Record<(typeof QUANTITIES)[number], string>;
  return (
    <figure className="day-chart">
      <p className="small soft day-chart-top" aria-hidden="true">
        {scale.texts[0]} {scale.unit}
      </p>
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={t('member.day.label', sums)}
      >
        <line className="day-chart-base" x1="0" x2={WIDTH} y1={HEIGHT} y2={HEIGHT} />
        {QUANTITIES.map((name) => (
          <path
            key={name}
            className={`day-line day-line-${name}`}
            d={stepPath(values(name), { width: WIDTH, height: HEIGHT, largest: largest * 1.04 })}
          />
        ))}
      </svg>
      <TimeMarks rows={rows} format={format} />
      <ul className="day-legend">
        {QUANTITIES.map((name) => (
          <li key={name}>
            <svg viewBox="0 0 28 10" width="28" height="10" aria-hidden="true">
              <path className={`day-line day-line-${name}`} d="M0,5H28" />
            </svg>{' '}
            {t(`member.day.${name}`)} <strong>{sums[name]}</strong>
          </li>
        ))}
      </ul>
    </figure>
  );
}

/** Local times under the chart, at even parts of the day however long it is. */
function TimeMarks({ rows, format }: Props) {
  const at = Array.from({ length: MARKS + 1 }, (_, mark) => Math.round((mark * rows.length) / MARKS));
  return (
    <p className="day-marks small soft" aria-hidden="true">
      {at.map((index) => (
        <span key={index}>{format.time(rows[index]?.startMs ?? (rows.at(-1)?.startMs ?? 0) + INTERVAL_MS)}</span>
      ))}
    </p>
  );
}

const INTERVAL_MS = 900_000;
