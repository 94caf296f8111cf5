import type { DeviceStatusChanged, ReadingTaken } from '@wattmesh/events';

/** The newest reading of a device. */
export type DeviceState = Pick<ReadingTaken, 'measuredAt' | 'quality' | 'points'>;
/** A status that the gateway told. */
export type KnownStatus = DeviceStatusChanged['status'];
