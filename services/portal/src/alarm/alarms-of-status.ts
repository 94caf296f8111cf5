import type { DeviceStatusChanged } from '@wattmesh/events';
import type { AlarmKind } from '../view/alarm-view.schema.ts';
import type { ActiveAlarms } from './active-alarms.ts';

const KINDS: Record<DeviceStatusChanged['status'], AlarmKind | undefined> = {
  online: undefined,
  degraded: 'device-degraded',
  offline: 'device-offline',
  fault: 'device-fault',
};

/** Alarms of a device by its status: at most one at a time. */
export function alarmsOfStatus(changed: DeviceStatusChanged, communityId: string | undefined): ActiveAlarms {
  const { deviceId, siteId, cause } = changed;
  const kind = KINDS[changed.status];
  return {
    at: changed.at,
    communityId,
    kinds: ['device-degraded', 'device-offline', 'device-fault'],
    objectIds: [deviceId],
    raised: kind === undefined ? [] : [{ kind, objectId: deviceId, siteId, cause }],
  };
}
