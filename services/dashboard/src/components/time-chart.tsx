import { memo, useEffect, useRef, useSyncExternalStore } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { shownTheme, watchTheme } from '../theme/theme.ts';
import { chartOptions, type ChartShape } from './chart-options.ts';
import { useWidth } from './use-width.ts';
import './time-chart.css';

type Props = {
  shape: ChartShape;
  /** Seconds since 1970 first, then one column per series of the shape. */
  data: uPlot.AlignedData;
  height: number;
  label: string;
  /** Seconds from which to which the time axis reaches while nobody zoomed. */
  span: readonly [number, number];
  nowMs: number | undefined;
  onCursor?: (index: number | null) => void;
};

/** A time series on a canvas, drawn by uPlot; loaded lazily, so import it by `lazy`. */
export const TimeChart = memo(function TimeChart({ shape, data, height, label, span, nowMs, onCursor }: Props) {
  const { ref, width } = useWidth();
  const box = useRef<HTMLDivElement>(null);
  const chart = useRef<uPlot>(null);
  const latest = useRef({ data, span, nowMs, onCursor });
  latest.current = { data, span, nowMs, onCursor };
  const shown = useRef(span);
  const theme = useSyncExternalStore(watchTheme, shownTheme);
  const isReady = width > 0;

  useEffect(() => {
    if (!isReady || box.current === null) return undefined;
    const options = chartOptions(shape, {
      width: box.current.clientWidth,
      height,
      span: () => latest.current.span,
      onCursor: (index) => latest.current.onCursor?.(index),
      onDraw: (plot) => placeNow(plot, latest.current.nowMs),
    });
    const plot = new uPlot(options, latest.current.data, box.current);
    chart.current = plot;
    return () => {
      chart.current = null;
      plot.destroy();
    };
  }, [isReady, shape, height, theme]);

  useEffect(() => {
    const plot = chart.current;
    if (plot !== null && plot.data !== data) plot.setData(data, !isZoomed(plot, shown.current));
    shown.current = latest.current.span;
  }, [data]);

  useEffect(() => {
    if (width > 0) chart.current?.setSize({ width, height });
  }, [width, height]);

  useEffect(() => {
    if (chart.current !== null) placeNow(chart.current, nowMs);
  }, [nowMs]);

  return (
    <div ref={ref} className="time-chart" role="img" aria-label={label} style={{ minHeight: height }}>
      <div ref={box} />
    </div>
  );
});

function isZoomed(plot: uPlot, [from, to]: readonly [number, number]): boolean {
  const { min, max } = plot.scales['x'] ?? {};
  return min !== from || max !== to;
}

/** Moves the line of now without drawing the canvas again. */
function placeNow(plot: uPlot, nowMs: number | undefined): void {
  let line = plot.over.querySelector<HTMLElement>('.now-line');
  if (line === null) {
    line = document.createElement('div');
    line.className = 'now-line';
    plot.over.append(line);
  }
  const x = nowMs === undefined ? -1 : plot.valToPos(nowMs / 1000, 'x');
  line.hidden = x < 0 || x > plot.over.clientWidth;
  line.style.transform = `translateX(${x}px)`;
}
