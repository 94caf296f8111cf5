/**
 * Texts of a group of powers in one unit: W where all are below 1 kW, else kW with two decimals below 10 kW and one above.
 * A missing value stays a dash. Example: `formatPower([420, 12_300], 'en')` gives unit `kW`, texts `0.42` and `12.3`.
 */
export type PowerTexts = { unit: 'W' | 'kW'; texts: string[] };

export const MISSING = '–';
const KILO = 1000;
const TEN_KW = 10_000;

export function formatPower(valuesW: readonly (number | undefined)[], language: string): PowerTexts {
  const largestW = Math.max(0, ...valuesW.map((valueW) => Math.round(Math.abs(valueW ?? 0))));
  const unit = largestW < KILO ? 'W' : 'kW';
  return { unit, texts: valuesW.map((valueW) => powerText(valueW, unit, language)) };
}

/** Text of one power in the unit of its group. */
export function powerText(valueW: number | undefined, unit: PowerTexts['unit'], language: string): string {
  if (valueW === undefined) return MISSING;
  if (unit === 'W') return decimal(valueW, 0, language);
  return decimal(valueW / KILO, Math.abs(valueW) < TEN_KW ? 2 : 1, language);
}

const formats = new Map<string, Intl.NumberFormat>();

function formatOf(language: string, digits: number): Intl.NumberFormat {
  const key = `${language}|${digits}`;
  let format = formats.get(key);
  if (format === undefined) {
    format = new Intl.NumberFormat(language, { minimumFractionDigits: digits, maximumFractionDigits: digits });
    formats.set(key, format);
  }
  return format;
}

/** A number with a fixed count of decimals and the language's signs; a true minus sign, never `−0`. */
export function decimal(value: number, digits: number, language: string): string {
  const rounded = Number(value.toFixed(digits));
  return formatOf(language, digits)
    .format(rounded === 0 ? 0 : rounded)
    .replace('-', '−');
}
