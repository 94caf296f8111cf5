import { ReadingTaken } from '@wattmesh/events';
import { z } from 'zod';

/** An event of the log as a stream needs it. */
export interface StreamEvent {
  readonly position: number;
  readonly topic: string;
  /** Key of the event: of a reading its device. */
  readonly key: string;
  /** Payload as JSON. */
  readonly payload: string;
  /** Wall time at which the log took it. */
  readonly archivedMs: number;
  /** Absent where it belongs to no community that is known. */
  readonly communityId?: string;
}

/** What of a payload says whose it is. */
const Place = z.object({ communityId: z.string().optional(), siteId: z.string().optional() });
export type Place = z.infer<typeof Place>;

/** Where an event belongs to; a payload that does not say belongs nowhere. */
export function placeOf(payload: string): Place {
  try {
    return Place.safeParse(JSON.parse(payload)).data ?? {};
  } catch (error) {
    if (error instanceof SyntaxError) return {};
    throw error;
  }
}

/** Frame of Server-Sent Events; `id` is what a client resumes after. */
export function frameOf({ position, topic, payload }: StreamEvent): string {
  return `id: ${position}\nevent: ${topic}\ndata: ${payload.replaceAll(/[\r\n]+/g, ' ')}\n\n`;
}

/**
 * Leaves out readings that a newer one of the same device in the same second of the wall replaces; every other event stays, and all
 * stay in their order. O(n).
 */
export function thinReadings(events: readonly StreamEvent[]): StreamEvent[] {
  const placeOfReading = (event: StreamEvent): string => `${event.key} ${Math.floor(event.archivedMs / 1000)}`;
  const newest = new Map<string, number>();
  for (const event of events) {
    if (event.topic === ReadingTaken.topic) newest.set(placeOfReading(event), event.position);
  }
  return events.filter(
    (event) => event.topic !== ReadingTaken.topic || newest.get(placeOfReading(event)) === event.position,
  );
}
