import type { Quality, ReadingTaken } from '@wattmesh/events';

/** One poll of one device as the rest of the gateway sees it. */
export interface DeviceReading {
  readonly deviceId: string;
  /** Clock time of the request. */
  readonly atMs: number;
  readonly receivedAtMs: number;
  readonly quality: Quality;
  readonly points: ReadingTaken['points'];
  /** Step and wrap of the energy registers. */
  readonly counter?: { readonly resolutionWh: number; readonly modulusWh?: number };
  /** Device clock less gateway clock, where the device has one; none of the profiles so far does. */
  readonly clockOffsetMs?: number;
}
