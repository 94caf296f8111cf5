import { useTranslation } from 'react-i18next';
import type { Format } from '../../format/use-format.ts';
import { ComparisonList } from './comparison-list.tsx';
import type { Step, Verdict } from './step.ts';

/** Shape and word carry the verdict; colour only what was refused. */
export const SIGN: Readonly<Record<Verdict, string>> = { proven: '✓', refused: '✗', open: '…', none: '–' };

type Props = { step: Step; number: number; format: Format; nameOf: (memberId: string) => string };

export function StepRow({ step, number, format, nameOf }: Props) {
  const { t } = useTranslation();
  const { name, verdict, reason, values, compared, depth } = step;
  return (
    <li className={`step step-${verdict}`}>
      <span className="step-sign" aria-hidden="true">
        {SIGN[verdict]}
      </span>
      <div className="step-body">
        <h3>
          {number}. {t(`verify.step.${name}`)}: <span className="step-verdict">{t(`verify.verdict.${verdict}`)}</span>
        </h3>
        <p>
          {t(`verify.reason.${reason}`, values)} {depth === undefined ? null : <Depth {...depth} />}
        </p>
        {compared.length === 0 ? null : (
          <details open={verdict === 'refused'}>
            <summary>{t('verify.details')}</summary>
            <ComparisonList compared={compared} format={format} nameOf={nameOf} />
          </details>
        )}
      </div>
    </li>
  );
}

function Depth({ blocks, isFinal }: NonNullable<Step['depth']>) {
  const { t } = useTranslation();
  if (isFinal === undefined) return t('verify.blocks', { blocks });
  return t(isFinal ? 'verify.blocksFinal' : 'verify.blocksSoft', { blocks });
}
