import type { NowView } from '@wattmesh/portal/views';
import { useTranslation } from 'react-i18next';
import { useWidth } from '../../components/use-width.ts';
import { MISSING } from '../../format/format-power.ts';
import type { Format } from '../../format/use-format.ts';
import { FeederBar } from './feeder-bar.tsx';
import { Branch } from './branch.tsx';
import { branchesOf } from './branches-of.ts';

type Props = { now: NowView; format: Format; label: string };

const HEIGHT = 268;
const BUS_Y = 118;
const EDGE = 14;
const NARROW_PX = 480;

/** One-line diagram: the grid's connection above the bus, what the community has below it. */
export function OneLine({ now, format, label }: Props) {
  const { ref, width } = useWidth();
  return (
    <div ref={ref} className="one-line">
      {width === 0 ? null : (
        <svg width={width} height={HEIGHT} viewBox={`0 0 ${width} ${HEIGHT}`} role="img" aria-label={label}>
          <Picture now={now} format={format} width={width} />
        </svg>
      )}
    </div>
  );
}

function Picture({ now, format, width }: { now: NowView; format: Format; width: number }) {
  const { t } = useTranslation();
  const values = branchesOf(now);
  const powers = [now.feeder.powerW, ...values.map(([, valueW]) => valueW)];
  const { unit, texts } = format.power(powers.map((valueW) => (valueW === undefined ? undefined : Math.abs(valueW))));
  const textOf = (index: number) => (powers[index] === undefined ? MISSING : `${texts[index]} ${unit}`);
  const largestW = Math.max(1, ...powers.map((valueW) => Math.abs(valueW ?? 0)));
  const gridX = Math.max(60, width * 0.12);
  const step = (width - 2 * EDGE) / values.length;
  const bar = { x: gridX + 62, y: 22, width: width - gridX - 62 - EDGE };
  return (
    <>
      <Branch kind="grid" x={gridX} busY={BUS_Y} powerW={powers[0]} text={textOf(0)} largestW={largestW} />
      <FeederBar feeder={now.feeder} format={format} box={bar} />
      <line className="bus" x1={EDGE} x2={width - EDGE} y1={BUS_Y} y2={BUS_Y} />
      {width < NARROW_PX ? null : (
        <text className="one-line-small" x={width - EDGE} y={BUS_Y - 7} textAnchor="end">
          {t('flow.bus')}
        </text>
      )}
      {values.map(([kind, powerW], index) => (
        <Branch
          key={kind}
          kind={kind}
          x={EDGE + step * (index + 0.5)}
          busY={BUS_Y}
          powerW={powerW}
          text={textOf(index + 1)}
          largestW={largestW}
        />
      ))}
    </>
  );
}
