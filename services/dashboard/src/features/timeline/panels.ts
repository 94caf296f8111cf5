import type { ChartShape, LineShape } from '../../components/chart-options.ts';
import type { ColumnName } from './build-series.ts';

/** The three panels of the timeline, one above the other with one time axis: what each draws and in which colour. */
export type PanelKey = 'power' | 'storage' | 'price';
type Line = LineShape & { column: ColumnName };
export type Panel = { key: PanelKey; lines: readonly Line[]; bands: ChartShape['bands']; tall: boolean };

export const PANELS: readonly Panel[] = [
  {
    key: 'power',
    tall: true,
    lines: [
      { column: 'loadP90Kw', token: '--load', kind: 'edge' },
      { column: 'loadP10Kw', token: '--load', kind: 'edge' },
      { column: 'loadP50Kw', token: '--load', kind: 'dotted' },
      { column: 'sunP10Kw', token: '--sun', kind: 'edge' },
      { column: 'sunP90Kw', token: '--sun', kind: 'edge' },
      { column: 'sunP50Kw', token: '--sun', kind: 'dotted' },
      { column: 'loadKw', token: '--load', kind: 'line' },
      { column: 'sunKw', token: '--sun', kind: 'line' },
      { column: 'netKw', token: '--grid', kind: 'line' },
      { column: 'planNetKw', token: '--grid', kind: 'dashed' },
    ],
    bands: [
      { upper: 0, lower: 1, token: '--fan-load' },
      { upper: 3, lower: 4, token: '--fan-sun' },
    ],
  },
  {
    key: 'storage',
    tall: false,
    lines: [
      { column: 'storageKw', token: '--storage', kind: 'area' },
      { column: 'planStorageKw', token: '--storage', kind: 'dashed' },
      { column: 'socPct', token: '--charging', kind: 'line', scale: 'right' },
      { column: 'planSocPct', token: '--charging', kind: 'dashed', scale: 'right' },
    ],
    bands: [],
  },
  {
    key: 'price',
    tall: false,
    lines: [
      { column: 'retail', token: '--line-strong', kind: 'steps' },
      { column: 'feedIn', token: '--line-strong', kind: 'steps' },
      { column: 'price', token: '--price', kind: 'steps' },
    ],
    bands: [{ upper: 0, lower: 1, token: '--corridor' }],
  },
];

export function shapeOf(panel: Panel, place: { timeZone: string; language: string }): ChartShape {
  return {
    lines: panel.lines,
    bands: panel.bands,
    digits: panel.key === 'price' ? 3 : 2,
    ...(panel.key === 'storage' ? { rightUnit: '%', rightRange: [0, 100] as [number, number] } : {}),
    timeZone: place.timeZone,
    language: place.language,
    syncKey: 'timeline',
    hasTimes: panel.key === 'price',
  };
}
