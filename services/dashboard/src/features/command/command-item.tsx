import type { CommandView } from '@wattmesh/portal/views';
import { useTranslation } from 'react-i18next';
import type { Format } from '../../format/use-format.ts';
import { commandSteps, type CommandStep } from './command-steps.ts';

type Props = { command: CommandView; name: string; isBattery: boolean; format: Format };

export function CommandItem({ command, name, isBattery, format }: Props) {
  const { t } = useTranslation();
  const { reason } = command;
  return (
    <li className="command">
      <p className="command-head">
        <strong>{useOrder(command.setpointW, isBattery, format)}</strong>
        <span>
          {name} <span className="soft mono">{command.deviceId}</span>
        </span>
        <time className="soft small" dateTime={command.issuedAt}>
          {format.second(command.issuedAt)}
        </time>
      </p>
      <p className="small">
        <span className="command-why">{t(`command.code.${reason.code}`)}</span>{' '}
        <span lang="en" className="soft">
          {reason.text}
        </span>
      </p>
      {reason.nextBest === undefined ? null : (
        <p className="small soft">
          {t('command.nextBest', {
            power: signed(reason.nextBest.setpointW, format),
            cost: format.money(reason.nextBest.extraCostMicro, 4),
          })}
        </p>
      )}
      <ol className="command-steps small">
        {commandSteps(command).map((step) => (
          <Step key={step.name} step={step} format={format} />
        ))}
      </ol>
    </li>
  );
}

const SIGN = { done: '●', waiting: '○', bad: '▲' } as const;

function Step({ step, format }: { step: CommandStep; format: Format }) {
  const { t } = useTranslation();
  const isSeen = step.name === 'verified' && step.powerW !== undefined;
  return (
    <li className={`step step-${step.state}`} title={step.at === undefined ? undefined : format.dateTime(step.at)}>
      <span aria-hidden="true">{SIGN[step.state]}</span> {t(`command.stage.${step.name}`)}
      {step.afterS === undefined ? '' : ` +${format.span(step.afterS)}`}
      {isSeen ? <strong> {t('command.seen', { power: signed(step.powerW, format) })}</strong> : null}
      {step.name === 'applied' && step.powerW !== undefined ? ` ${signed(step.powerW, format)}` : ''}
      {step.reason === undefined ? null : <span lang="en"> · {step.reason}</span>}
    </li>
  );
}

function signed(powerW: number | undefined, format: Format): string {
  return powerW !== undefined && powerW > 0 ? `+${format.onePower(powerW)}` : format.onePower(powerW);
}

function useOrder(setpointW: number, isBattery: boolean, format: Format): string {
  const { t } = useTranslation();
  const power = format.onePower(Math.abs(setpointW));
  if (!isBattery) return t('command.orderOther', { power: signed(setpointW, format) });
  if (setpointW === 0) return t('command.orderRest');
  return t(setpointW > 0 ? 'command.orderCharge' : 'command.orderDischarge', { power });
}
