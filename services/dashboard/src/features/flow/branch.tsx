import { useTranslation } from 'react-i18next';
import type { BranchKind } from './branches-of.ts';
import { Symbol } from './symbol.tsx';

type Props = {
  kind: BranchKind;
  x: number;
  busY: number;
  powerW: number | undefined;
  text: string;
  largestW: number;
};

const REACH = 78;
const RADIUS = 20;
const THINNEST = 1.5;
const THICKEST = 9;

/** One thing on the bus: its line as thick as its power, an arrow for the direction, its value and a word for its state. */
export function Branch({ kind, x, busY, powerW, text, largestW }: Props) {
  const isAbove = kind === 'grid';
  const side = isAbove ? -1 : 1;
  const nodeY = busY + side * REACH;
  const isQuiet = powerW === undefined || powerW === 0;
  const thickness = isQuiet ? THINNEST : THINNEST + (THICKEST - THINNEST) * (Math.abs(powerW) / largestW);
  // Towards the bus: import from the grid, generation and discharge.
  const isInward = powerW !== undefined && (isAbove ? powerW > 0 : powerW < 0);
  const arrowDown = isAbove === isInward;
  const arrowY = (busY + nodeY + side * -RADIUS) / 2;
  return (
    <g className={`branch branch-${kind}`}>
      <line
        x1={x}
        x2={x}
        y1={busY}
        y2={nodeY - side * RADIUS}
        strokeWidth={thickness}
        className={isQuiet ? 'quiet' : ''}
      />
      {isAbove ? <rect className="breaker" x={x - 6} y={busY - 24} width={12} height={12} /> : null}
      {isQuiet ? null : <path className="arrow" d={arrow(x, arrowY - (isAbove ? 8 : 0), arrowDown ? 1 : -1)} />}
      <circle cx={x} cy={nodeY} r={RADIUS} className="node" />
      <Symbol kind={kind} x={x} y={nodeY} />
      <Words kind={kind} x={x} busY={busY} nodeY={nodeY} text={text} powerW={powerW} />
    </g>
  );
}

type WordsProps = Pick<Props, 'kind' | 'x' | 'busY' | 'powerW' | 'text'> & { nodeY: number };

function Words({ kind, x, busY, nodeY, powerW, text }: WordsProps) {
  const { t } = useTranslation();
  if (kind === 'grid')
    return (
      <>
        <text className="branch-name" x={x - RADIUS - 5} y={nodeY + 4} textAnchor="end">
          {t('flow.grid')}
        </text>
        <text className="branch-value" x={x + 10} y={busY - 24}>
          {text}
        </text>
        <text className="one-line-small" x={x + 10} y={busY - 9}>
          {t(stateKey(kind, powerW))}
        </text>
      </>
    );
  return (
    <g textAnchor="middle">
      <text className="branch-name" x={x} y={nodeY + RADIUS + 16}>
        {t(`flow.${kind}`)}
      </text>
      <text className="branch-value" x={x} y={nodeY + RADIUS + 33}>
        {text}
      </text>
      <text className="one-line-small" x={x} y={nodeY + RADIUS + 48}>
        {t(stateKey(kind, powerW))}
      </text>
    </g>
  );
}

function stateKey(kind: BranchKind, powerW: number | undefined) {
  if (powerW === undefined) return 'flow.stateMissing' as const;
  if (powerW === 0) return 'flow.stateIdle' as const;
  if (kind === 'grid') return powerW > 0 ? ('flow.stateImport' as const) : ('flow.stateExport' as const);
  if (kind === 'storage') return powerW > 0 ? ('flow.stateCharge' as const) : ('flow.stateDischarge' as const);
  return kind === 'sun' ? ('flow.stateSun' as const) : ('flow.stateUse' as const);
}

function arrow(x: number, y: number, down: 1 | -1): string {
  return `M${x - 8} ${y - 5 * down}L${x} ${y + 6 * down}L${x + 8} ${y - 5 * down}Z`;
}
