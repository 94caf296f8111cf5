import type { ClearingView } from '@wattmesh/portal/views';
import { useTranslation } from 'react-i18next';
import { useRunName } from '../../components/use-run-name.ts';
import type { Column } from '../../components/data-table.tsx';
import type { Format } from '../../format/use-format.ts';
import { Corridor } from './corridor.tsx';

type ShowTrades = (clearing: ClearingView) => void;

export function useClearingColumns(format: Format, onTrades: ShowTrades): Column<ClearingView>[] {
  const { t } = useTranslation();
  const runName = useRunName();
  return [
    {
      key: 'interval',
      header: t('market.interval'),
      cell: (row) => <time dateTime={row.intervalStart}>{format.time(row.intervalStart)}</time>,
      csv: (row) => row.intervalStart,
    },
    { key: 'run', header: t('market.run'), cell: (row) => runName(row.run), csv: (row) => row.run },
    {
      key: 'price',
      header: `${t('market.price')} (${format.currency}/kWh)`,
      cell: (row) => <PriceCell clearing={row} format={format} />,
      csv: (row) => whole(row.priceMicroPerKwh),
    },
    ...(['feedInMicroPerKwh', 'retailMicroPerKwh'] as const).map((name) => ({
      key: name,
      header: t(`market.${name}`),
      isCsvOnly: true,
      cell: (row: ClearingView) => format.price(row[name]),
      csv: (row: ClearingView) => whole(row[name]),
    })),
    {
      key: 'shared',
      header: `${t('market.shared')} (Wh)`,
      isNumber: true,
      cell: (row) => format.number(row.sharedWh),
      csv: (row) => row.sharedWh,
    },
    {
      key: 'trades',
      header: t('market.trades'),
      isNumber: true,
      cell: (row) => <TradesButton clearing={row} format={format} onTrades={onTrades} />,
      csv: (row) => row.tradeCount,
    },
    {
      key: 'residual',
      header: `${t('market.residual')} (Wh)`,
      isNumber: true,
      cell: (row) => <Residual clearing={row} format={format} />,
      csv: (row) => row.residualWh,
    },
    ...suspectColumn(t('market.suspect')),
  ];
}

function suspectColumn(header: string): Column<ClearingView>[] {
  const read = (row: ClearingView) => row.suspectMeterId;
  return [{ key: 'suspect', header, isCsvOnly: true, cell: read, csv: read }];
}

const MICRO = 1_000_000;

function whole(micro: number | undefined): number | undefined {
  return micro === undefined ? undefined : micro / MICRO;
}

function PriceCell({ clearing, format }: { clearing: ClearingView; format: Format }) {
  const { t } = useTranslation();
  return (
    <span className="price-cell">
      {clearing.priceMicroPerKwh === undefined ? (
        <span className="soft price-number">{t('market.nothingShared')}</span>
      ) : (
        <strong className="price-number">{format.number(whole(clearing.priceMicroPerKwh), 4)}</strong>
      )}
      <span className="soft small">{format.number(whole(clearing.feedInMicroPerKwh), 2)}</span>
      <Corridor clearing={clearing} />
      <span className="soft small">{format.number(whole(clearing.retailMicroPerKwh), 2)}</span>
    </span>
  );
}

type ButtonProps = { clearing: ClearingView; format: Format; onTrades: ShowTrades };

function TradesButton({ clearing, format, onTrades }: ButtonProps) {
  const { t } = useTranslation();
  if (clearing.tradeCount === 0) return <>0</>;
  const label = t('market.showTrades', { count: clearing.tradeCount, time: format.time(clearing.intervalStart) });
  return (
    <button type="button" className="button" aria-label={label} onClick={() => onTrades(clearing)}>
      {clearing.tradeCount}
    </button>
  );
}

/** Losses and meter error; outside its bound it is abnormal and names the meter it suspects. */
function Residual({ clearing, format }: { clearing: ClearingView; format: Format }) {
  const { t } = useTranslation();
  const text = `${format.number(clearing.residualWh)} / ±${format.number(clearing.residualBoundWh)}`;
  if (clearing.suspectMeterId === undefined) return <>{text}</>;
  return (
    <>
      {text}
      <span className="suspect">
        ▲ {t('market.suspect')} <span className="mono">{clearing.suspectMeterId}</span>
      </span>
    </>
  );
}
