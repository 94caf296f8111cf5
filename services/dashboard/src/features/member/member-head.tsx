import type { CommunityView, MemberView } from '@wattmesh/portal/views';
import { useTranslation } from 'react-i18next';
import { HashText } from '../../components/hash-text.tsx';
import type { Format } from '../../format/use-format.ts';
import './member.css';

type Props = {
  member: MemberView;
  community: CommunityView;
  asOf: string;
  format: Format;
  onChoose: (memberId: string) => void;
};

/** Who is shown, whose wallet is paid, in whose time; in a simulation anybody may be chosen. */
export function MemberHead({ member, community, asOf, format, onChoose }: Props) {
  const { t } = useTranslation();
  return (
    <header className="member-head">
      <div>
        <h1>{member.name}</h1>
        <p className="soft small">
          {t(`member.role.${member.role}`)} · {community.name} · {t('member.wallet')} <HashText hash={member.wallet} />
        </p>
        <p className="soft small">{t('member.zone', { timeZone: community.timeZone, zone: format.zone(asOf) })}</p>
      </div>
      {community.isSimulated ? (
        <label className="field">
          <span>{t('member.chooser')}</span>
          <select value={member.memberId} onChange={(event) => onChoose(event.target.value)}>
            {community.members.map((each) => (
              <option key={each.memberId} value={each.memberId}>
                {each.name}
              </option>
            ))}
          </select>
        </label>
      ) : null}
    </header>
  );
}
