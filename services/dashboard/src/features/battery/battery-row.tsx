import type { NowView } from '@wattmesh/portal/views';
import { useTranslation } from 'react-i18next';
import { DataAge } from '../../components/data-age.tsx';
import { QualityMark } from '../../components/quality-mark.tsx';
import type { Format } from '../../format/use-format.ts';
import { batteryState, followsSetpoint } from './battery-words.ts';

type Battery = NowView['batteries'][number];
type Props = { battery: Battery; name: string; unit: 'W' | 'kW'; format: Format };

export function BatteryRow({ battery, name, unit, format }: Props) {
  const { t } = useTranslation();
  const text = (valueW: number) => format.powerIn(Math.abs(valueW), unit);
  const isLow = battery.socPct !== undefined && battery.socPct < battery.reservePct;
  const state = batteryState(battery.powerW);
  return (
    <li className="battery">
      <p className="battery-head">
        <strong>{name}</strong>
        <span className="soft small">
          {format.oneEnergy(battery.capacityWh)}
          {battery.authority === undefined ? '' : ` · ${t(`battery.authority.${battery.authority}`)}`}
        </span>
        <span className="battery-marks">
          {battery.quality === 'measured' ? null : <QualityMark quality={battery.quality} />}
          <DataAge measuredAt={battery.measuredAt} format={format} />
        </span>
      </p>
      <div className="battery-line">
        <span className="battery-value">
          <strong>{format.percent(battery.socPct, 0)}</strong>
          {isLow ? <span className="battery-low"> ▲ {t('battery.belowReserve')}</span> : null}
        </span>
        <SocBar battery={battery} />
      </div>
      <div className="battery-line">
        <span className="battery-value">
          {t(`battery.${state}`)}
          {battery.powerW === undefined || state === 'resting' ? '' : ` ${text(battery.powerW)}`}
        </span>
        <PowerBar battery={battery} />
      </div>
      <p className="small soft">
        {battery.setpointW === undefined
          ? t('battery.noSetpoint')
          : t(setpointKey(battery.setpointW), { power: text(battery.setpointW) })}
        {followsSetpoint(battery) === false ? <strong> ◇ {t('battery.notFollowing')}</strong> : null}
      </p>
    </li>
  );
}

function setpointKey(setpointW: number) {
  if (setpointW === 0) return 'battery.setpointRest' as const;
  return setpointW > 0 ? ('battery.setpointCharge' as const) : ('battery.setpointDischarge' as const);
}

/** 0 to 100 %, the owner's reserve hatched. */
function SocBar({ battery }: { battery: Battery }) {
  const { t } = useTranslation();
  return (
    <span className="soc" title={t('battery.reserveHint', { reserve: battery.reservePct })} aria-hidden="true">
      <span className="soc-fill" style={{ width: `${battery.socPct ?? 0}%` }} />
      <span className="soc-reserve" style={{ width: `${battery.reservePct}%` }} />
    </span>
  );
}

/** From the most it may discharge to the most it may charge; the tick is the set-point. */
function PowerBar({ battery }: { battery: Battery }) {
  const spanW = battery.maxChargeW + battery.maxDischargeW;
  const at = (powerW: number) => Math.min(100, Math.max(0, ((powerW + battery.maxDischargeW) / spanW) * 100));
  const zero = at(0);
  const now = at(battery.powerW ?? 0);
  return (
    <span className="power-bar" aria-hidden="true">
      <span className="power-fill" style={{ left: `${Math.min(zero, now)}%`, width: `${Math.abs(now - zero)}%` }} />
      <span className="power-zero" style={{ left: `${zero}%` }} />
      {battery.setpointW === undefined ? null : (
        <span className="power-setpoint" style={{ left: `${at(battery.setpointW)}%` }} />
      )}
    </span>
  );
}
