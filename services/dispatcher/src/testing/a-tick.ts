import type { Tick } from '../command/decide-command.ts';
import { aDevice, START_MS } from './a-village.ts';

/** A tick at the start of an interval, one minute's period, half-full battery that is to store 1000 W. */
export const aTick = (changes: Partial<Tick> = {}): Tick => ({
  nowMs: START_MS,
  intervalStartMs: START_MS,
  periodMs: 60_000,
  expiryMs: 300_000,
  device: aDevice('home-1-ess', 'battery'),
  slot: { setpointW: 1000, siteW: 0, code: 'self-consumption' },
  reason: { code: 'self-consumption', text: 'stores own surplus' },
  readings: {
    device: { measuredAtMs: START_MS, points: { powerW: 0, socPct: 50 } },
    meter: undefined,
    others: [{ measuredAtMs: START_MS, points: { powerW: -1000 } }],
  },
  last: undefined,
  ...changes,
});
