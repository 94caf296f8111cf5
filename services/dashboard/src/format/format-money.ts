import { MISSING } from './format-power.ts';

const MICRO = 1_000_000;

export type Money = { currency: string; language: string };

/** An amount in micro-units with its currency; two decimals unless asked for more (six show each micro-unit). */
export function formatMoney(amountMicro: number | undefined, money: Money, digits = 2): string {
  if (amountMicro === undefined) return MISSING;
  return currencyText(amountMicro, { ...money, digits });
}

/** A price per kWh with its currency, four decimals: neighbours trade in fractions of a cent. */
export function formatPrice(priceMicroPerKwh: number | undefined, money: Money): string {
  if (priceMicroPerKwh === undefined) return MISSING;
  return `${currencyText(priceMicroPerKwh, { ...money, digits: 4 })}/kWh`;
}

function currencyText(valueMicro: number, shape: Money & { digits: number }): string {
  const value = Number((valueMicro / MICRO).toFixed(shape.digits));
  return new Intl.NumberFormat(shape.language, {
    style: 'currency',
    currency: shape.currency,
    currencyDisplay: 'narrowSymbol',
    minimumFractionDigits: shape.digits,
    maximumFractionDigits: shape.digits,
  })
    .format(value === 0 ? 0 : value)
    .replace('-', '−');
}
