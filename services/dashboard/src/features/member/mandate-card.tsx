import { useQuery } from '@tanstack/react-query';
import type { CommunityView, MemberView } from '@wattmesh/portal/views';
import { useTranslation } from 'react-i18next';
import { batchesQuery, statementQuery } from '../../api/queries.ts';
import { Card } from '../../components/card.tsx';
import { HashText } from '../../components/hash-text.tsx';
import { Empty, Loaded } from '../../components/states.tsx';
import type { Format } from '../../format/use-format.ts';
import { periodAt, usedOfCap } from './period-use.ts';

type Props = { member: MemberView; community: CommunityView; nowMs: number; format: Format };
type Mandate = NonNullable<MemberView['mandate']>;

const BATCHES = 50;

/** The member's signed terms, and how much of the cap the running settlement period uses. */
export function MandateCard({ member, community, nowMs, format }: Props) {
  const { t } = useTranslation();
  const { mandate } = member;
  return (
    <Card title={t('member.mandate.title')} hint={t('member.mandate.hint')}>
      {mandate === undefined ? (
        <Empty>{t('member.mandate.none')}</Empty>
      ) : (
        <>
          <dl className="terms">
            <Term name={t('member.mandate.floor')} value={format.price(mandate.priceFloorMicroPerKwh)} />
            <Term name={t('member.mandate.ceiling')} value={format.price(mandate.priceCeilingMicroPerKwh)} />
            <Term name={t('member.mandate.cap')} value={format.money(mandate.capMicroPerPeriod)} />
            <Term name={t('member.mandate.expires')} value={format.dateTime(mandate.expiresAt)} />
            <dt>{t('member.mandate.hash')}</dt>
            <dd>
              <HashText hash={mandate.mandateHash} />
            </dd>
          </dl>
          <CapUse memberId={member.memberId} community={community} mandate={mandate} nowMs={nowMs} format={format} />
        </>
      )}
    </Card>
  );
}

function Term({ name, value }: { name: string; value: string }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </>
  );
}

type CapProps = Omit<Props, 'member'> & { memberId: string; mandate: Mandate };

function CapUse({ memberId, community, mandate, nowMs, format }: CapProps) {
  const { t } = useTranslation();
  const batches = useQuery(batchesQuery(community.communityId, BATCHES));
  const { fromMs, toMs } = periodAt(nowMs, community.settlementPeriodIntervals, batches.data ?? []);
  const from = new Date(fromMs).toISOString();
  const query = useQuery(statementQuery(memberId, { from, to: new Date(toMs).toISOString() }));
  const capMicro = mandate.capMicroPerPeriod;
  return (
    <Loaded query={query} lines={1}>
      {(view) => {
        const usedMicro = usedOfCap(view.lines);
        const sharePct = capMicro === 0 ? 0 : Math.min(100, (100 * usedMicro) / capMicro);
        const label = t('member.mandate.used', { from: format.time(fromMs), to: format.time(toMs) });
        return (
          <div className="cap-use">
            <p>{label}</p>
            <div
              className="cap-bar"
              role="meter"
              aria-label={label}
              aria-valuemin={0}
              aria-valuemax={100}
              aria-valuenow={Math.round(sharePct)}
            >
              <span style={{ width: `${sharePct}%` }} />
            </div>
            <p className="small soft">
              {t('member.mandate.usedOf', {
                used: format.money(usedMicro, 4),
                cap: format.money(capMicro),
                share: format.percent(sharePct, 1),
              })}
            </p>
          </div>
        );
      }}
    </Loaded>
  );
}
