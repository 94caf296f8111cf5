import { useTranslation } from 'react-i18next';
import type { Format } from '../../format/use-format.ts';
import { sumW, type FlowBalance, type FlowPart } from './balance-flow.ts';

/** Two bars of one scale: where the power comes from, and where it goes. */
export function FlowBar({ balance, format }: { balance: FlowBalance; format: Format }) {
  const { t } = useTranslation();
  const { unit } = format.power([...balance.ins, ...balance.outs].map((part) => part.powerW));
  return (
    <div className="flow-bars">
      <Row title={t('flow.from')} parts={balance.ins} totalW={balance.totalW} format={format} unit={unit} />
      <Row title={t('flow.to')} parts={balance.outs} totalW={balance.totalW} format={format} unit={unit} />
    </div>
  );
}

type RowProps = { title: string; parts: FlowPart[]; totalW: number; format: Format; unit: 'W' | 'kW' };

function Row({ title, parts, totalW, format, unit }: RowProps) {
  const { t } = useTranslation();
  const text = (powerW: number) => format.powerIn(powerW, unit);
  return (
    <div className="flow-row">
      <p className="flow-row-title small">
        {title} <strong>{text(sumW(parts))}</strong>
      </p>
      <div className="flow-track" aria-hidden="true">
        {parts.map((part) => (
          <span
            key={part.key}
            className={`flow-part flow-${part.key}`}
            style={{ width: `${totalW === 0 ? 0 : (part.powerW / totalW) * 100}%` }}
          />
        ))}
      </div>
      <ul className="flow-legend small">
        {parts.map((part) => (
          <li key={part.key}>
            <span className={`flow-dot flow-${part.key}`} aria-hidden="true" /> {t(`flow.part.${part.key}`)}{' '}
            <strong>{text(part.powerW)}</strong>
          </li>
        ))}
      </ul>
    </div>
  );
}
