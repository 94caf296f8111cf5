import type { EarningsView, MemberView } from '@wattmesh/portal/views';
import { useTranslation } from 'react-i18next';
import type { Format } from '../../format/use-format.ts';

type MatterSum = { readonly energyWh: number; readonly amountMicro: number; readonly partners: number };
/** What a day's lines come to by matter; amounts positive are debits. */
export type MatterSums = Readonly<Record<'sold' | 'bought' | 'supply' | 'feedIn' | 'charges', MatterSum>>;

type Props = {
  view: EarningsView;
  /** Present for a day, whose lines name the neighbours. */
  sums: MatterSums | undefined;
  role: MemberView['role'];
  format: Format;
};

/** A span in sentences: what was sold and bought, what the tariff alone would have cost, what was saved. */
export function Sentences({ view, sums, role, format }: Props) {
  const { t } = useTranslation();
  const money = (debitMicro: number): string => format.money(debitMicro);
  const alone = view.aloneMicro < 0 ? 'aloneReceived' : 'alonePaid';
  return (
    <div className="sentences">
      {sums === undefined ? (
        <SpanSentences view={view} format={format} />
      ) : (
        <DaySentences sums={sums} format={format} />
      )}
      {role === 'supplier' || role === 'residual' ? null : (
        <p>
          {t(`member.earnings.${alone}`, { amount: money(Math.abs(view.aloneMicro)) })}{' '}
          <strong className={view.savedMicro < 0 ? 'worse' : undefined}>
            {view.savedMicro < 0
              ? t('member.earnings.worse', { amount: money(-view.savedMicro) })
              : t(`member.earnings.${view.savedMicro === 0 ? 'savedNothing' : 'saved'}`, {
                  amount: money(view.savedMicro),
                })}
          </strong>
        </p>
      )}
    </div>
  );
}

function DaySentences({ sums, format }: { sums: MatterSums; format: Format }) {
  const { t } = useTranslation();
  const { sold, bought, supply, feedIn, charges } = sums;
  const values = ({ energyWh, amountMicro, partners }: MatterSum, sign: 1 | -1) => ({
    energy: format.oneEnergy(energyWh),
    amount: format.money(sign * amountMicro),
    count: partners,
  });
  return (
    <>
      {sold.energyWh > 0 ? (
        <p>{t(`member.earnings.${sold.partners === 1 ? 'soldOne' : 'soldMany'}`, values(sold, -1))}</p>
      ) : null}
      {bought.energyWh > 0 ? (
        <p>{t(`member.earnings.${bought.partners === 1 ? 'boughtOne' : 'boughtMany'}`, values(bought, 1))}</p>
      ) : null}
      {supply.energyWh > 0 ? <p>{t('member.earnings.supplied', values(supply, 1))}</p> : null}
      {feedIn.energyWh > 0 ? <p>{t('member.earnings.fedIn', values(feedIn, -1))}</p> : null}
      {supply.energyWh === 0 && supply.amountMicro !== 0 ? (
        <p>{t('member.earnings.supplyNet', values(supply, -1))}</p>
      ) : null}
      {charges.amountMicro === 0 ? null : <p>{t('member.earnings.charges', values(charges, -1))}</p>}
    </>
  );
}

function SpanSentences({ view, format }: { view: EarningsView; format: Format }) {
  const { t } = useTranslation();
  return (
    <>
      <p>
        {t('member.earnings.earned', {
          amount: format.money(view.earnedMicro),
          sold: format.oneEnergy(view.soldWh),
          exported: format.oneEnergy(view.exportedWh),
        })}
      </p>
      <p>
        {t('member.earnings.paid', {
          amount: format.money(view.paidMicro),
          bought: format.oneEnergy(view.boughtWh),
          supplied: format.oneEnergy(view.suppliedWh),
        })}
      </p>
    </>
  );
}
