import type { Crc } from './log-line.ts';
import type { Numbers } from './number-records.ts';

/** How far a log's records have come. */
export interface CursorState {
  /** Position up to which everything is published. */
  readonly acknowledged: number;
  /** Position up to which records may have left: behind it none has, so that they may still be shed. */
  readonly fence: number;
  /** Number of the newest record of each topic and key up to `acknowledged`. */
  readonly numbers: Numbers;
}

const CRC_DIGITS = 8;

/** One slot: checksum and state on one line. */
export function encodeSlot(state: CursorState, crc32: Crc): string {
  const json = JSON.stringify(state);
  return `${crc32(json).toString(16).padStart(CRC_DIGITS, '0')} ${json}\n`;
}

/**
 * The state in a file of two slots of equal size. They are written in turn, in place, so one is whole at any time, and writing
 * needs no free space. The whole one that came farther counts; the fence never goes back. Undefined where none is whole.
 */
export function decodeSlots(text: string, crc32: Crc): CursorState | undefined {
  const half = Math.floor(text.length / 2);
  const states = [text.slice(0, half), text.slice(half)].flatMap((slot) => decodeSlot(slot, crc32) ?? []);
  const newest = states.sort((one, other) => other.acknowledged - one.acknowledged)[0];
  return newest && { ...newest, fence: Math.max(...states.map(({ fence }) => fence)) };
}

function decodeSlot(text: string, crc32: Crc): CursorState | undefined {
  const json = text.slice(CRC_DIGITS + 1, Math.max(0, text.indexOf('\n')));
  if (json === '' || Number.parseInt(text.slice(0, CRC_DIGITS), 16) !== crc32(json)) return undefined;
  return JSON.parse(json) as CursorState;
}
