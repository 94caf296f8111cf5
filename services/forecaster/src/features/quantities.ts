import type { Calendar } from '../calendar/build-calendar.ts';
import { buildGenerationWindow, GENERATION_WEATHER_WIDTH, GENERATION_WIDTH } from './build-generation-window.ts';
import { buildLoadWindow, LOAD_WEATHER_WIDTH, LOAD_WIDTH } from './build-load-window.ts';
import type { Quantity } from './panel.ts';
import type { SiteContext } from './site-context.ts';
import type { Window } from './window.ts';

/** What differs between load and generation: the rest of the forecaster treats them alike. */
export interface QuantityTraits {
  /** Features per step; the last `weatherWidth` of them come from the weather. */
  width: number;
  weatherWidth: number;
  buildWindow(context: SiteContext, issue: number): Window | undefined;
  valuesOf(context: SiteContext): Float32Array | undefined;
  calendarOf(context: SiteContext): Calendar;
}

export const QUANTITIES: Readonly<Record<Quantity, QuantityTraits>> = {
  load: {
    width: LOAD_WIDTH,
    weatherWidth: LOAD_WEATHER_WIDTH,
    buildWindow: buildLoadWindow,
    valuesOf: ({ site }) => site.loadWh,
    calendarOf: ({ localCalendar }) => localCalendar,
  },
  generation: {
    width: GENERATION_WIDTH,
    weatherWidth: GENERATION_WEATHER_WIDTH,
    buildWindow: buildGenerationWindow,
    valuesOf: ({ site }) => site.generationWh,
    calendarOf: ({ utcCalendar }) => utcCalendar,
  },
};
