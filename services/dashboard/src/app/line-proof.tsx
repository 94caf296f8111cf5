import type { CommunityView, MemberView, StatementLine } from '@wattmesh/portal/views';
import { useTranslation } from 'react-i18next';
import { Modal } from '../components/modal.tsx';
import { useRunName } from '../components/use-run-name.ts';
import type { Format } from '../format/use-format.ts';
import { energyText, intervalText, signedMoney } from '../features/statement/use-line-words.ts';
import { VerifyPanel } from '../features/verify/verify-panel.tsx';

type Props = {
  member: MemberView;
  community: CommunityView;
  /** Line to prove; absent while none is opened. */
  line: StatementLine | undefined;
  lines: readonly StatementLine[];
  format: Format;
  wordsOf: (line: StatementLine) => string;
  onClose: () => void;
};

/** The dialog in which one line is proven. */
export function LineProof({ member, community, line: opened, lines, format, wordsOf, onClose }: Props) {
  const { t } = useTranslation();
  const runName = useRunName();
  if (opened === undefined) return null;
  const line = lines.find((each) => each.lineId === opened.lineId) ?? opened;
  const energy = energyText(line, format);
  const ofRun = lines.filter((each) => each.intervalStart === line.intervalStart && each.run === line.run);
  return (
    <Modal title={t('verify.title')} closeText={t('verify.close')} isOpen onClose={onClose}>
      <VerifyPanel memberId={member.memberId} community={community} line={line} lines={ofRun} format={format}>
        {wordsOf(line)}: <strong className="line-amount">{signedMoney(line.amountMicro, format, 6)}</strong>
        <br />
        <span className="small soft">
          {format.date(line.intervalStart)}, {intervalText(line.intervalStart, format)}
          {energy === undefined ? '' : ` · ${energy}`}
          {line.priceMicroPerKwh === undefined ? '' : ` · ${format.price(line.priceMicroPerKwh)}`} · {runName(line.run)}
        </span>
      </VerifyPanel>
    </Modal>
  );
}
