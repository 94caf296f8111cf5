import type { CommandIssued, ScheduleIssued } from '@wattmesh/events';

/**
 * Canonical bytes of a command and of a schedule: what the dispatcher signs and every gateway verifies.
 *
 * Method: tagged, length-prefixed, big-endian encoding, one field after the other in the order of the event's schema, the
 * signature left out. Text: UTF-8 after its length (uint32). Whole numbers: int64. Powers that may be fractional: IEEE 754
 * binary64. Lists: their length (uint32), then the items. An optional part: one byte 0, or 1 and the part. The tag names kind
 * and version, so no command can pass for a schedule. Units: W, load convention; micro-units of money.
 *
 * Example: `sha256(encodeCommand(command))` is the digest under `command.signature`.
 */
export function encodeCommand(command: Omit<CommandIssued, 'signature'>): Uint8Array {
  const { reason } = command;
  const nextBest = reason.nextBest;
  return joined([
    ...[COMMAND_TAG, command.commandId, command.deviceId, command.siteId, command.issuedAt, command.expiresAt].map(
      text,
    ),
    ...[command.setpointW, command.minW, command.maxW].map(whole),
    text(reason.code),
    text(reason.text),
    nextBest === undefined ? flag(0) : joined([flag(1), fraction(nextBest.setpointW), whole(nextBest.extraCostMicro)]),
  ]);
}

/** Canonical bytes of a schedule, in the form described above. */
export function encodeSchedule(schedule: Omit<ScheduleIssued, 'signature'>): Uint8Array {
  return joined([
    ...[SCHEDULE_TAG, schedule.scheduleId, schedule.deviceId, schedule.siteId].map(text),
    whole(schedule.revision),
    text(schedule.issuedAt),
    text(schedule.firstIntervalStart),
    length(schedule.slotsW.length),
    ...schedule.slotsW.map(whole),
  ]);
}

const COMMAND_TAG = 'wattmesh.command.v1';
const SCHEDULE_TAG = 'wattmesh.schedule.v1';

function text(value: string): Uint8Array {
  const bytes = new TextEncoder().encode(value);
  return joined([length(bytes.length), bytes]);
}

const whole = (value: number): Uint8Array => field(8, (view) => view.setBigInt64(0, BigInt(value)));
// JSON has no negative zero: adding 0 makes both zeros one.
const fraction = (value: number): Uint8Array => field(8, (view) => view.setFloat64(0, value + 0));
const length = (value: number): Uint8Array => field(4, (view) => view.setUint32(0, value));
const flag = (value: 0 | 1): Uint8Array => Uint8Array.of(value);

function field(size: number, write: (view: DataView) => void): Uint8Array {
  const bytes = new Uint8Array(size);
  write(new DataView(bytes.buffer));
  return bytes;
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    bytes.set(part, offset);
    offset += part.length;
  }
  return bytes;
}
