import type { MeterQualityView, StatementLine, TimelinePoint } from '@wattmesh/portal/views';
import { useTranslation } from 'react-i18next';
import { QualityMark } from '../../components/quality-mark.tsx';
import type { Format } from '../../format/use-format.ts';
import type { IntervalLines } from './group-lines.ts';
import { LineRow } from './line-row.tsx';
import { intervalText, signedMoney } from './use-line-words.ts';

/** Which measurement decides in an interval: the revenue meter, and the grade of its data then. */
export type Measurement = {
  meter: Pick<MeterQualityView, 'meterId' | 'attestation'> | undefined;
  qualityAt: ReadonlyMap<number, NonNullable<TimelinePoint['quality']>>;
};

type Props = {
  group: IntervalLines;
  isOpen: boolean;
  measurement: Measurement;
  wordsOf: (line: StatementLine) => string;
  format: Format;
  onVerify: (line: StatementLine) => void;
};

export function IntervalGroup({ group, isOpen, measurement, wordsOf, format, onVerify }: Props) {
  const { t } = useTranslation();
  const quality = measurement.qualityAt.get(Date.parse(group.intervalStart));
  return (
    <details className="interval" open={isOpen}>
      <summary>
        <time dateTime={group.intervalStart} className="interval-time">
          {intervalText(group.intervalStart, format)}
        </time>
        <span className="interval-chain small soft">{t(`statement.lines.chain.${group.finality}`)}</span>
        <span className="line-amount">{signedMoney(group.amountMicro, format)}</span>
      </summary>
      {measurement.meter === undefined && quality === undefined ? null : (
        <p className="interval-meter small soft">
          {measurement.meter === undefined ? null : (
            <>
              {t('statement.lines.meter', { meter: measurement.meter.meterId })},{' '}
              {t(`statement.attestation.${measurement.meter.attestation}`)}{' '}
            </>
          )}
          {quality === undefined ? null : <QualityMark quality={quality} />}
        </p>
      )}
      <ul className="lines">
        {group.lines.map((line) => (
          <LineRow key={line.lineId} line={line} words={wordsOf(line)} format={format} onVerify={onVerify} />
        ))}
      </ul>
    </details>
  );
}
