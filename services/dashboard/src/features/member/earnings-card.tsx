import { useQuery } from '@tanstack/react-query';
import type { EarningsView, MemberView } from '@wattmesh/portal/views';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { earningsQuery } from '../../api/queries.ts';
import { Card } from '../../components/card.tsx';
import { Loaded } from '../../components/states.tsx';
import { TabSet } from '../../components/tab-set.tsx';
import type { Format } from '../../format/use-format.ts';
import { Sentences, type MatterSums } from './sentences.tsx';

type Props = {
  member: MemberView;
  /** Local day shown. */
  day: string;
  /** Sums of the day's lines; absent while they are not here. */
  sums: MatterSums | undefined;
  format: Format;
};

/** What a day or a month brought, in sentences and sums. */
export function EarningsCard(props: Props) {
  const { t } = useTranslation();
  const [period, setPeriod] = useState('day');
  return (
    <Card title={t('member.earnings.title')} className="earnings">
      <TabSet
        label={t('member.earnings.tabs')}
        value={period}
        onChange={setPeriod}
        tabs={(['day', 'month'] as const).map((key) => ({
          key,
          title: t(`member.earnings.${key}`),
          content: <Earnings {...props} period={key} />,
        }))}
      />
    </Card>
  );
}

function Earnings({ member, day, sums, format, period }: Props & { period: 'day' | 'month' }) {
  const { t } = useTranslation();
  const query = useQuery(earningsQuery(member.memberId, { period, date: day }));
  return (
    <Loaded query={query} lines={5} isEmpty={isNothing} empty={t('member.earnings.none')}>
      {(view) => (
        <>
          <p className="small soft">
            {period === 'day' ? format.date(view.from) : <MonthName from={view.from} format={format} />}
          </p>
          <Sentences view={view} sums={period === 'day' ? sums : undefined} role={member.role} format={format} />
          <Sums view={view} isSupplier={member.role === 'supplier'} format={format} />
          <p className="small soft">{t(`member.earnings.${view.isComplete ? 'complete' : 'running'}`)}</p>
        </>
      )}
    </Loaded>
  );
}

const isNothing = (view: EarningsView): boolean =>
  [view.earnedMicro, view.paidMicro, view.soldWh, view.boughtWh, view.suppliedWh, view.exportedWh].every(
    (value) => value === 0,
  );

function MonthName({ from, format }: { from: string; format: Format }) {
  const { timeZone, language } = format;
  return new Intl.DateTimeFormat(language, { month: 'long', year: 'numeric', timeZone }).format(new Date(from));
}

function Sums({ view, isSupplier, format }: { view: EarningsView; isSupplier: boolean; format: Format }) {
  const { t } = useTranslation();
  const bill = view.netMicro > 0 ? 'pay' : 'receive';
  return (
    <dl className="sums">
      <Sum name={t('member.earnings.sumEarned')} value={format.money(view.earnedMicro)} />
      <Sum name={t('member.earnings.sumPaid')} value={format.money(view.paidMicro)} />
      <Sum
        name={t('member.earnings.sumNet')}
        value={`${format.money(Math.abs(view.netMicro))} ${view.netMicro === 0 ? '' : t(`member.earnings.${bill}`)}`}
      />
      {isSupplier ? null : (
        <>
          <Sum
            name={t('member.earnings.sumAlone')}
            value={`${format.money(Math.abs(view.aloneMicro))} ${view.aloneMicro === 0 ? '' : t(`member.earnings.${view.aloneMicro > 0 ? 'pay' : 'receive'}`)}`}
          />
          <Sum name={t('member.earnings.sumSaved')} value={format.money(view.savedMicro)} isMain />
        </>
      )}
    </dl>
  );
}

function Sum({ name, value, isMain = false }: { name: string; value: string; isMain?: boolean }) {
  return (
    <div className={isMain ? 'sum sum-main' : 'sum'}>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}
