import { QUARTER_MS } from '../features/panel.ts';

/**
 * One line of the history file `siteId,intervalStart,loadWh,generationWh`: energy of a site in a quarter, `generationWh` empty where the
 * site has no plant or the value is missing, `loadWh` empty where it is missing. Anything else is refused with what is wrong: nothing is read as zero.
 *
 * @example parseHistoryLine('home-1,2017-06-05T16:00:00Z,212,') // { siteId: 'home-1', startMs: 1496678400000, loadWh: 212 }
 */
export function parseHistoryLine(line: string): HistoryRow | { wrong: string } {
  const fields = line.split(',');
  const [siteId = '', start = '', load = '', generation = ''] = fields;
  if (fields.length !== 4) return { wrong: `expected 4 fields, found ${fields.length}` };
  if (!/^[a-z0-9]+(-[a-z0-9]+)*$/.test(siteId)) return { wrong: `siteId "${siteId}" is not a lower-kebab id` };
  const startMs = parseInstant(start);
  if (startMs === undefined || startMs % QUARTER_MS !== 0)
    return { wrong: `intervalStart "${start}" is not a UTC quarter like 2017-06-05T16:00:00Z` };
  const loadWh = parseEnergy(load);
  const generationWh = parseEnergy(generation);
  if (loadWh === 'wrong' || generationWh === 'wrong')
    return { wrong: `energies must be empty or numbers of at least 0, found "${load}" and "${generation}"` };
  return {
    siteId,
    startMs,
    ...(loadWh !== undefined && { loadWh }),
    ...(generationWh !== undefined && { generationWh }),
  };
}

export interface HistoryRow {
  siteId: string;
  startMs: number;
  loadWh?: number;
  generationWh?: number;
}

export const HISTORY_HEADER = 'siteId,intervalStart,loadWh,generationWh';

/** Epoch milliseconds of a UTC instant with a Z; undefined where it is none. */
export function parseInstant(text: string): number | undefined {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,3})?Z$/.test(text)) return undefined;
  const ms = Date.parse(text);
  return Number.isNaN(ms) ? undefined : ms;
}

function parseEnergy(text: string): number | undefined | 'wrong' {
  if (text === '') return undefined;
  const value = Number(text);
  return Number.isFinite(value) && value >= 0 && text.trim() === text ? value : 'wrong';
}
