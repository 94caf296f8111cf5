/**
 * Whether a process must be ended for not being alive, from the answers to one question every few seconds: one that says that it is
 * not, and one that has said nothing to so many questions in a row that 60 s passed. Questions are counted rather than time,
 * so that a machine that slept ends nobody; a process that somebody paused for less is left alone.
 *
 * Pure. Example: 19 silences and an answer leave it alone; 20 silences end it.
 */
export type Answer = 'alive' | 'ill' | 'silent';

export interface Watch {
  readonly silences: number;
}

export const ASK_EVERY_MS = 3000;
export const MOST_SILENCES = 60_000 / ASK_EVERY_MS;
export const UNASKED: Watch = { silences: 0 };

export function judgeLiveness(watch: Watch, answer: Answer): { readonly watch: Watch; readonly mustEnd: boolean } {
  const silences = answer === 'silent' ? watch.silences + 1 : 0;
  return { watch: { silences }, mustEnd: answer === 'ill' || silences >= MOST_SILENCES };
}
