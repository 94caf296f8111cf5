import type { NowView } from '@wattmesh/portal/views';
import { useTranslation } from 'react-i18next';
import { MISSING } from '../../format/format-power.ts';
import type { Format } from '../../format/use-format.ts';
import { feederLoad } from './feeder-load.ts';

type Props = {
  feeder: NowView['feeder'];
  format: Format;
  box: { x: number; y: number; width: number };
};

const HEIGHT = 12;
const ROOMY_PX = 320;

/** The connection's power between its two limits: a number in its context. */
export function FeederBar({ feeder, format, box }: Props) {
  const { t } = useTranslation();
  const spanW = feeder.limitImportW + feeder.limitExportW;
  const at = (powerW: number) => box.x + (box.width * (powerW + feeder.limitExportW)) / spanW;
  const { unit, texts } = format.power([feeder.limitExportW, feeder.limitImportW]);
  const load = feeder.powerW === undefined ? undefined : feederLoad(feeder.powerW, feeder);
  const isRoomy = box.width >= ROOMY_PX;
  const isNormal = load === undefined || load.state === 'normal';
  const zeroX = at(0);
  const markX = Math.min(box.x + box.width, Math.max(box.x, at(feeder.powerW ?? 0)));
  return (
    <g className={`feeder feeder-${load?.state ?? 'missing'}`}>
      <text className="one-line-small" x={box.x} y={box.y - 6}>
        {isRoomy || isNormal ? `${t(isRoomy ? 'flow.feederBar' : 'flow.feederBarShort')} ` : ''}
        {load === undefined ? MISSING : format.percent(load.sharePct)}
        {load === undefined || load.state === 'normal' ? '' : ` ▲ ${t(`flow.feeder.${load.state}`)}`}
      </text>
      <rect className="feeder-range" x={box.x} y={box.y} width={box.width} height={HEIGHT} />
      {feeder.powerW === undefined ? null : (
        <>
          <rect
            className="feeder-fill"
            x={Math.min(zeroX, markX)}
            y={box.y}
            width={Math.max(1, Math.abs(markX - zeroX))}
            height={HEIGHT}
          />
          <path className="feeder-mark" d={`M${markX} ${box.y - 1}v${HEIGHT + 2}`} />
        </>
      )}
      <path className="feeder-zero" d={`M${zeroX} ${box.y - 3}v${HEIGHT + 6}`} />
      <text className="one-line-small" x={box.x} y={box.y + HEIGHT + 14}>
        ◂ {texts[0]} {unit} {isRoomy ? t('flow.export') : ''}
      </text>
      <text className="one-line-small" x={box.x + box.width} y={box.y + HEIGHT + 14} textAnchor="end">
        {isRoomy ? t('flow.import') : ''} {texts[1]} {unit} ▸
      </text>
    </g>
  );
}
