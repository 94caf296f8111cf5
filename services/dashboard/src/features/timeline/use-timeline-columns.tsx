import type { TimelinePoint } from '@wattmesh/portal/views';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Column } from '../../components/data-table.tsx';
import { QualityMark } from '../../components/quality-mark.tsx';
import type { Format } from '../../format/use-format.ts';

type Read = (point: TimelinePoint) => number | undefined;

/** Every energy, state and price of a point, so that a reader can check what the picture shows. */
export function useTimelineColumns(format: Format): Column<TimelinePoint>[] {
  const { t } = useTranslation();
  return useMemo(() => {
    const energy = (name: EnergyColumn, read: Read): Column<TimelinePoint> => ({
      key: name,
      header: `${t(`timeline.column.${name}`)} (Wh)`,
      isNumber: true,
      cell: (point) => format.number(read(point)),
      csv: read,
    });
    const price = (name: PriceColumn, read: Read): Column<TimelinePoint> => ({
      key: name,
      header: `${t(`timeline.column.${name}`)} (${format.currency}/kWh)`,
      isNumber: true,
      cell: (point) => format.number(read(point), 4),
      csv: read,
    });
    return [
      {
        key: 'start',
        header: t('timeline.column.start'),
        cell: (point) => `${format.dateTime(point.start)} ${format.zone(point.start)}`,
        csv: (point) => point.start,
      },
      ...ENERGIES.map(([name, read]) => energy(name, read)),
      {
        key: 'socPct',
        header: `${t('timeline.column.soc')} (%)`,
        isNumber: true,
        cell: (point) => format.number(point.socPct, 1),
        csv: (point) => point.socPct,
      },
      ...PRICES.map(([name, read]) => price(name, read)),
      {
        key: 'quality',
        header: t('timeline.column.quality'),
        cell: (point) => (point.quality === undefined ? '–' : <QualityMark quality={point.quality} />),
        csv: (point) => point.quality,
      },
    ];
  }, [t, format]);
}

const ENERGIES = [
  ['load', (point) => point.loadWh],
  ['loadP10', (point) => point.forecast?.loadP10Wh],
  ['loadP50', (point) => point.forecast?.loadP50Wh],
  ['loadP90', (point) => point.forecast?.loadP90Wh],
  ['sun', (point) => point.generationWh],
  ['sunP10', (point) => point.forecast?.generationP10Wh],
  ['sunP50', (point) => point.forecast?.generationP50Wh],
  ['sunP90', (point) => point.forecast?.generationP90Wh],
  ['charged', (point) => point.chargedWh],
  ['discharged', (point) => point.dischargedWh],
  ['charging', (point) => point.chargingWh],
  ['import', (point) => point.importWh],
  ['export', (point) => point.exportWh],
  ['planNet', (point) => point.plan?.siteWh],
  ['planStorage', (point) => point.plan?.storageWh],
] as const satisfies [string, Read][];
type EnergyColumn = (typeof ENERGIES)[number][0];

const MICRO = 1_000_000;
const whole = (micro: number | undefined) => (micro === undefined ? undefined : micro / MICRO);
const PRICES = [
  ['price', (point) => whole(point.priceMicroPerKwh)],
  ['retail', (point) => whole(point.retailMicroPerKwh)],
  ['feedIn', (point) => whole(point.feedInMicroPerKwh)],
] as const satisfies [string, Read][];
type PriceColumn = (typeof PRICES)[number][0];
