import uPlot from 'uplot';
import { formatOf } from '../format/format-time.ts';
import { readToken } from '../theme/theme.ts';

/** One line of a chart. `token` names the custom property of its colour. */
export type LineShape = {
  token: string;
  kind: 'line' | 'dashed' | 'dotted' | 'edge' | 'area' | 'steps';
  scale?: 'y' | 'right';
};

/** What a chart looks like; keep one object for as long as it stays the same, for a new one draws the chart anew. */
export type ChartShape = {
  lines: readonly LineShape[];
  /** Pairs of lines, upper then lower, with the colour between them. */
  bands: readonly { upper: number; lower: number; token: string }[];
  digits: number;
  rightUnit?: string;
  rightRange?: [number, number];
  timeZone: string;
  language: string;
  syncKey: string;
  hasTimes: boolean;
};

type Frame = {
  width: number;
  height: number;
  span: () => readonly [number, number];
  onCursor: (index: number | null) => void;
  onDraw: (plot: uPlot) => void;
};

const LEFT_PX = 50;
const RIGHT_PX = 44;
const FONT = '12px system-ui, sans-serif';
const DASH = { line: [], dashed: [7, 4], dotted: [2, 3], edge: [], area: [], steps: [] };

export function chartOptions(shape: ChartShape, frame: Frame): uPlot.Options {
  return {
    width: frame.width,
    height: frame.height,
    padding: [8, shape.rightUnit === undefined ? RIGHT_PX : 0, shape.hasTimes ? 0 : 4, 0],
    tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), shape.timeZone),
    legend: { show: false },
    cursor: { sync: { key: shape.syncKey }, points: { show: false }, drag: { x: true, y: false } },
    scales: {
      x: { time: true, range: (plot, min, max) => wholeSpan(plot, [min, max], frame.span()) },
      y: { range: (_plot, min, max) => withZero(min, max) },
      ...(shape.rightUnit === undefined ? {} : { right: { range: () => shape.rightRange ?? [0, 1] } }),
    },
    axes: axes(shape),
    series: [{}, ...shape.lines.map(line)],
    bands: shape.bands.map((band) => ({
      series: [band.upper + 1, band.lower + 1] as [number, number],
      fill: readToken(band.token),
    })),
    hooks: {
      setCursor: [(plot) => frame.onCursor(plot.cursor.idx ?? null)],
      draw: [frame.onDraw],
      setSize: [frame.onDraw],
    },
  };
}

/** Unless zoomed, the axis shows the whole span and not only from the first point to the last. */
function wholeSpan(plot: uPlot, [min, max]: [number, number], span: readonly [number, number]): [number, number] {
  const [xs] = plot.data;
  const isWhole = min <= (xs[0] ?? min) && max >= (xs[xs.length - 1] ?? max);
  return isWhole ? [span[0], span[1]] : [min, max];
}

/** The zero line belongs to every chart of power and price. */
function withZero(min: number | null, max: number | null): [number, number] {
  const low = Math.min(0, min ?? 0);
  const high = Math.max(0, max ?? 0);
  const room = (high - low || 1) * 0.06;
  return [low === 0 ? 0 : low - room, high === 0 ? 0 : high + room];
}

function axes(shape: ChartShape): uPlot.Axis[] {
  const stroke = readToken('--ink-soft');
  const grid = { stroke: readToken('--line'), width: 1 };
  const ticks = { show: false };
  const number = new Intl.NumberFormat(shape.language, { maximumFractionDigits: shape.digits });
  const left: uPlot.Axis = {
    scale: 'y',
    stroke,
    grid,
    ticks,
    font: FONT,
    size: LEFT_PX,
    values: (_plot, splits) => splits.map((split) => number.format(split)),
  };
  const right: uPlot.Axis = {
    scale: 'right',
    side: 1,
    stroke,
    grid: { show: false },
    ticks,
    font: FONT,
    size: RIGHT_PX,
    values: (_plot, splits) => splits.map((split) => `${split} ${shape.rightUnit ?? ''}`),
  };
  const times: uPlot.Axis = {
    stroke,
    grid,
    ticks,
    font: FONT,
    size: shape.hasTimes ? 34 : 4,
    space: 64,
    values: (...[, splits, , , increment]) =>
      shape.hasTimes ? splits.map((split) => timeText(split, increment, shape)) : splits.map(() => ''),
  };
  return shape.rightUnit === undefined ? [times, left] : [times, left, right];
}

const DAY_S = 86_400;

function timeText(seconds: number, increment: number, shape: ChartShape): string {
  const instant = new Date(seconds * 1000);
  const time = formatOf(shape, { hour: '2-digit', minute: '2-digit' }).format(instant);
  const day = () => formatOf(shape, { day: 'numeric', month: 'short' }).format(instant);
  if (increment >= DAY_S) return day();
  return time === '00:00' ? `${time}\n${day()}` : time;
}

function line(shape: LineShape): uPlot.Series {
  const stroke = shape.kind === 'edge' ? 'transparent' : readToken(shape.token);
  return {
    scale: shape.scale ?? 'y',
    stroke,
    width: shape.kind === 'edge' ? 0 : shape.kind === 'dotted' ? 1 : 1.8,
    dash: DASH[shape.kind],
    points: { show: false },
    ...(shape.kind === 'area' ? { fill: `${stroke}55` } : {}),
    ...(shape.kind === 'steps' ? { paths: uPlot.paths.stepped?.({ align: 1 }) ?? null } : {}),
  } as uPlot.Series;
}
