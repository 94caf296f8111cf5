import type { EventDefinition, PayloadOf } from '@wattmesh/events';

/** An event to publish; `name` says what makes it this one and no other, so that a repeat carries the same id. */
export interface Emission {
  readonly event: EventDefinition;
  readonly payload: unknown;
  readonly name: string;
}

/** An emission whose payload fits its event. Example: `emit(ReadingTaken, reading, 'home-1-meter:2026-07-06T13:00:00.000Z')`. */
export function emit<E extends EventDefinition>(event: E, payload: PayloadOf<E>, name: string): Emission {
  return { event, payload, name };
}
