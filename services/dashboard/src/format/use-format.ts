import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { formatSpan } from './format-age.ts';
import { formatEnergy, type EnergyTexts } from './format-energy.ts';
import { formatMoney, formatPrice } from './format-money.ts';
import { MISSING, decimal, formatPower, powerText, type PowerTexts } from './format-power.ts';
import { formatDate, formatDateTime, formatSecond, formatTime, zoneLabel, type Place } from './format-time.ts';

type When = string | number | undefined;
type Quantity = number | undefined;

export type Format = Place & {
  currency: string;
  power: (valuesW: readonly Quantity[]) => PowerTexts;
  /** One power of a group whose unit is chosen. */
  powerIn: (valueW: Quantity, unit: PowerTexts['unit']) => string;
  /** One power alone, with its unit. */
  onePower: (valueW: Quantity) => string;
  energy: (valuesWh: readonly Quantity[]) => EnergyTexts;
  oneEnergy: (valueWh: Quantity) => string;
  money: (amountMicro: Quantity, digits?: number) => string;
  price: (priceMicroPerKwh: Quantity) => string;
  number: (value: Quantity, digits?: number) => string;
  percent: (valuePct: Quantity, digits?: number) => string;
  time: (instant: When) => string;
  second: (instant: When) => string;
  date: (instant: When) => string;
  dateTime: (instant: When) => string;
  zone: (instant: string | number) => string;
  span: (seconds: number) => string;
};

export function makeFormat(place: Place, currency: string): Format {
  const { language } = place;
  const money = { currency, language };
  return {
    ...place,
    currency,
    power: (valuesW) => formatPower(valuesW, language),
    powerIn: (valueW, unit) => (valueW === undefined ? MISSING : `${powerText(valueW, unit, language)} ${unit}`),
    onePower: (valueW) => one(formatPower([valueW], language), valueW),
    energy: (valuesWh) => formatEnergy(valuesWh, language),
    oneEnergy: (valueWh) => one(formatEnergy([valueWh], language), valueWh),
    money: (amountMicro, digits) => formatMoney(amountMicro, money, digits),
    price: (priceMicroPerKwh) => formatPrice(priceMicroPerKwh, money),
    number: (value, digits = 0) => (value === undefined ? MISSING : decimal(value, digits, language)),
    percent: (valuePct, digits = 0) => (valuePct === undefined ? MISSING : `${decimal(valuePct, digits, language)} %`),
    time: (instant) => formatTime(instant, place),
    second: (instant) => formatSecond(instant, place),
    date: (instant) => formatDate(instant, place),
    dateTime: (instant) => formatDateTime(instant, place),
    zone: (instant) => zoneLabel(instant, place),
    span: (seconds) => formatSpan(seconds, language),
  };
}

function one(group: { unit: string; texts: string[] }, value: Quantity): string {
  return value === undefined ? MISSING : `${group.texts[0]} ${group.unit}`;
}

/** Formatters of the language shown, in a community's zone and currency. */
export function useFormat(timeZone: string, currency: string): Format {
  const { i18n } = useTranslation();
  const language = localeOf(i18n.resolvedLanguage);
  return useMemo(() => makeFormat({ timeZone, language }, currency), [timeZone, currency, language]);
}

/** Conventions of numbers and dates for a language: days before months, 24 hours. */
export function localeOf(language: string | undefined): string {
  return language === 'de' ? 'de-DE' : 'en-GB';
}
