import type { CommunityView, StatementLine } from '@wattmesh/portal/views';
import { useTranslation } from 'react-i18next';
import type { Format } from '../../format/use-format.ts';
import { matterOf } from './sum-lines.ts';

/** A line in words: what happened, with whom. */
export function useLineWords(members: CommunityView['members'], isSupplier: boolean): (line: StatementLine) => string {
  const { t } = useTranslation();
  return (line) => {
    const matter = matterOf(line);
    if (line.kind === 'receivable') return t('statement.lines.receivable');
    if (matter === undefined) return t('statement.lines.corrected');
    const id = line.counterpartyMemberId;
    const isNameless = id === undefined && (matter === 'sold' || matter === 'bought');
    const other = members.find((each) => each.memberId === id)?.name ?? id ?? '';
    const words = isNameless
      ? t(`statement.lines.${matter}Neighbours`)
      : t(`statement.lines.${isSupplier && matter === 'supply' ? 'supplier' : matter}`, { other });
    return line.kind === 'correction' ? t('statement.lines.correction', { matter: words }) : words;
  };
}

/** Money as a person reads it: `+` is received, `−` is paid. */
export function signedMoney(debitMicro: number, format: Format, digits = 4): string {
  if (debitMicro === 0) return format.money(0, digits);
  return `${debitMicro < 0 ? '+' : '−'}${format.money(Math.abs(debitMicro), digits)}`;
}

/** Energy of a line with its unit; of a correction the signed difference. */
export function energyText(line: StatementLine, format: Format): string | undefined {
  const energyWh = line.energyDeltaWh ?? line.energyWh;
  if (energyWh === undefined) return undefined;
  const sign = line.energyDeltaWh === undefined ? '' : energyWh < 0 ? '−' : '+';
  return `${sign}${format.number(Math.abs(energyWh) / 1000, 3)} kWh`;
}

/** `18:15–18:30` */
export function intervalText(intervalStart: string, format: Format): string {
  return `${format.time(intervalStart)}–${format.time(Date.parse(intervalStart) + INTERVAL_MS)}`;
}

const INTERVAL_MS = 900_000;
