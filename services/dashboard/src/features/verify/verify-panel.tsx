import type { CommunityView, StatementLine } from '@wattmesh/portal/views';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { HashText } from '../../components/hash-text.tsx';
import type { Format } from '../../format/use-format.ts';
import { keepNodeChoice, readNodeChoice } from './node-choice.ts';
import { NodeField } from './node-field.tsx';
import { StepRow, SIGN } from './step-row.tsx';
import { overallVerdict } from './step.ts';
import { useVerification } from './use-verification.ts';
import './verify.css';

type Props = {
  memberId: string;
  community: CommunityView;
  line: StatementLine;
  /** The member's lines of the same interval and run. */
  lines: readonly StatementLine[];
  format: Format;
  /** The line in words. */
  children: ReactNode;
};

/** Proves one line of a statement, from its leaf to the chain, with what this browser computes and asks itself. */
export function VerifyPanel({ memberId, community, line, lines, format, children }: Props) {
  const { t } = useTranslation();
  const { chainId, settlement, rpcUrl: offered } = community.chain;
  const [chosen, setChosen] = useState(() => readNodeChoice(chainId));
  const { steps, checkAgain } = useVerification({ memberId, community, line, lines, rpcUrl: chosen ?? offered });
  const overall = overallVerdict(steps);
  const choose = (rpcUrl: string | undefined): void => {
    keepNodeChoice(chainId, rpcUrl);
    setChosen(rpcUrl);
    if (rpcUrl === chosen) checkAgain();
  };
  const nameOf = (id: string): string => community.members.find((each) => each.memberId === id)?.name ?? id;
  return (
    <div className="verify">
      <p className="verify-line">{children}</p>
      <p className={`verify-overall step-${overall}`} role="status">
        <span className="step-sign" aria-hidden="true">
          {SIGN[overall]}
        </span>
        <strong>{t(`verify.overall.${overall}`)}</strong>
      </p>
      <ol className="steps">
        {steps.map((step, index) => (
          <StepRow key={step.name} step={step} number={index + 1} format={format} nameOf={nameOf} />
        ))}
      </ol>
      <button type="button" className="button verify-again" onClick={checkAgain}>
        {t('verify.again')}
      </button>
      <NodeField offered={offered} chosen={chosen} onChoose={choose} />
      <dl className="verify-chain small">
        <dt>{t('verify.chain')}</dt>
        <dd>{chainId}</dd>
        <dt>{t('verify.contract')}</dt>
        <dd>
          <HashText hash={settlement} />
        </dd>
      </dl>
      <p className="small soft">
        {t('verify.intro')} {t('verify.sameHint')}
      </p>
    </div>
  );
}
