import type { StatementLine } from '@wattmesh/portal/views';
import { useTranslation } from 'react-i18next';
import { useRunName } from '../../components/use-run-name.ts';
import type { Format } from '../../format/use-format.ts';
import { energyText, intervalText, signedMoney } from './use-line-words.ts';

type Props = {
  line: StatementLine;
  /** The line in words. */
  words: string;
  format: Format;
  onVerify: (line: StatementLine) => void;
};

/** One line: what happened, how much, at what price, in which run, how far it is proven, and the button that proves it. */
export function LineRow({ line, words, format, onVerify }: Props) {
  const { t } = useTranslation();
  const runName = useRunName();
  const energy = energyText(line, format);
  const time = intervalText(line.intervalStart, format);
  return (
    <li className="line">
      <div className="line-what">
        <span>{words}</span>
        <span className="line-facts small soft">
          {energy === undefined ? null : <span>{energy}</span>}
          {line.priceMicroPerKwh === undefined ? null : (
            <span title={line.kind === 'bought' ? t('statement.lines.boughtHint') : undefined}>
              {format.price(line.priceMicroPerKwh)}
            </span>
          )}
          <span>{runName(line.run)}</span>
          <span>{t(`statement.lines.${paidOf(line)}`)}</span>
        </span>
      </div>
      <span className="line-amount">{signedMoney(line.amountMicro, format)}</span>
      <button
        type="button"
        className="button"
        aria-label={`${t('statement.lines.verify')}: ${t('statement.lines.verifyOf', { line: words, time })}`}
        onClick={() => onVerify(line)}
      >
        {t('statement.lines.verify')}
      </button>
    </li>
  );
}

function paidOf(line: StatementLine): 'byBill' | 'paid' | 'unpaid' {
  if (!line.onChain) return 'byBill';
  return line.executionTransactionHash === undefined ? 'unpaid' : 'paid';
}
