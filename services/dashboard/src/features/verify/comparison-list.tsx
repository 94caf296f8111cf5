import { useTranslation } from 'react-i18next';
import { HashText } from '../../components/hash-text.tsx';
import { useRunName } from '../../components/use-run-name.ts';
import type { Format } from '../../format/use-format.ts';
import { isSame, type Comparison } from './step.ts';

type Shown = { format: Format; nameOf: (memberId: string) => string };

/** What was compared: one value where both sides agree, both where they differ. */
export function ComparisonList({ compared, ...shown }: Shown & { compared: readonly Comparison[] }) {
  return (
    <dl className="comparison">
      {compared.map((each, index) => (
        <ComparisonRow key={`${each.what} ${index}`} compared={each} {...shown} />
      ))}
    </dl>
  );
}

function ComparisonRow({ compared, ...shown }: Shown & { compared: Comparison }) {
  const { t } = useTranslation();
  const { what, of, claimed, found } = compared;
  const name = of === undefined ? t(`verify.value.${what}`) : `${t(`verify.value.${what}`)} (${t(`verify.of.${of}`)})`;
  const value = (side: Comparison['claimed']) => <Value value={side} kind={compared.kind} {...shown} />;
  if (isSame(compared)) {
    return (
      <div className="comparison-row">
        <dt>{name}</dt>
        <dd>
          <Mark sign="=" text={t('verify.same')} /> {value(claimed)}
        </dd>
      </div>
    );
  }
  return (
    <div className="comparison-row comparison-different">
      <dt>
        {name} <Mark sign="≠" text={t('verify.different')} />
      </dt>
      <dd>
        {t('verify.claimed')}: {value(claimed)}
      </dd>
      <dd>
        {t('verify.found')}: {value(found)}
      </dd>
    </div>
  );
}

function Mark({ sign, text }: { sign: string; text: string }) {
  return (
    <>
      <span aria-hidden="true">{sign}</span>
      <span className="visually-hidden">{text}</span>
    </>
  );
}

type ValueProps = Shown & { value: Comparison['claimed']; kind: Comparison['kind'] };

function Value({ value, kind, ...shown }: ValueProps) {
  const { t } = useTranslation();
  const runName = useRunName();
  if (value === undefined) return <span>{t('verify.nothing')}</span>;
  if (kind === 'run') return <span>{`${runName(runOfNumber(Number(value)))} (${value})`}</span>;
  if (kind === 'hash') return <HashText hash={String(value)} />;
  return <span className="comparison-value">{textOf(kind, value, shown)}</span>;
}

/** Money to the micro-unit, for a comparison must show what it compares; `+` is received, as everywhere a person reads it. */
function textOf(kind: Comparison['kind'], value: string | number, { format, nameOf }: Shown): string {
  if (kind === 'member') return nameOf(String(value));
  if (typeof value === 'string') return value;
  if (kind === 'energyWh') return `${format.number(value)} Wh`;
  if (kind === 'priceMicroPerKwh') return `${format.money(value, 6)}/kWh`;
  if (kind === 'interval') return `${format.dateTime(value * INTERVAL_MS)} (${value})`;
  if (kind === 'amountMicro') return `${value < 0 ? '+' : value > 0 ? '−' : ''}${format.money(Math.abs(value), 6)}`;
  return String(value);
}

const INTERVAL_MS = 900_000;

const runOfNumber = (number: number): string =>
  number === 0 ? 'preliminary' : number === 1 ? 'final' : `correction-${number - 1}`;
