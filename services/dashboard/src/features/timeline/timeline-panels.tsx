import type { TimelineView } from '@wattmesh/portal/views';
import { Suspense, lazy, useCallback, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNowMs } from '../../api/use-stream.ts';
import { Empty } from '../../components/states.tsx';
import type { Format } from '../../format/use-format.ts';
import { buildSeries, type Series } from './build-series.ts';
import { PANELS, shapeOf, type Panel } from './panels.ts';
import { Readout } from './readout.tsx';

const TimeChart = lazy(() => import('../../components/time-chart.tsx').then((file) => ({ default: file.TimeChart })));

const TALL_PX = 250;
const LOW_PX = 130;
const TIMES_PX = 34;

type Props = { view: TimelineView; format: Format; nowMs: number };

export function TimelinePanels({ view, format, nowMs }: Props) {
  const { t } = useTranslation();
  const [index, setIndex] = useState<number | null>(null);
  const series = useMemo(() => buildSeries(view, nowMs), [view, nowMs]);
  if (view.points.length === 0) return <Empty>{t('timeline.empty')}</Empty>;
  return (
    <div className="timeline">
      {PANELS.map((panel) => (
        <section
          key={panel.key}
          className="timeline-panel"
          aria-label={t(`timeline.panel.${panel.key}`, { currency: format.currency })}
        >
          <h3>{t(`timeline.panel.${panel.key}`, { currency: format.currency })}</h3>
          <Readout panel={panel} series={series} index={index} format={format} />
          <Suspense fallback={<div style={{ height: heightOf(panel) }} />}>
            <PanelChart panel={panel} series={series} format={format} onCursor={setIndex} />
          </Suspense>
        </section>
      ))}
    </div>
  );
}

function heightOf(panel: Panel): number {
  return (panel.tall ? TALL_PX : LOW_PX) + (panel.key === 'price' ? TIMES_PX : 0);
}

type ChartProps = { panel: Panel; series: Series; format: Format; onCursor: (index: number | null) => void };

function PanelChart({ panel, series, format, onCursor }: ChartProps) {
  const { t } = useTranslation();
  const nowMs = useNowMs();
  const { timeZone, language } = format;
  const shape = useMemo(() => shapeOf(panel, { timeZone, language }), [panel, timeZone, language]);
  const data = useMemo(
    () =>
      [
        panel.key === 'price' ? series.startSeconds : series.seconds,
        ...panel.lines.map((line) => series[line.column]),
      ] as [number[], ...(number | null)[][]],
    [panel, series],
  );
  const tell = useCallback((index: number | null) => onCursor(index), [onCursor]);
  return (
    <TimeChart
      shape={shape}
      data={data}
      height={heightOf(panel)}
      label={t(`timeline.picture.${panel.key}`)}
      span={series.span}
      nowMs={nowMs}
      onCursor={tell}
    />
  );
}
