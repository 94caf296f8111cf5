import { Controller } from '@nestjs/common';
import { DeviceStatusChanged, ReadingTaken } from '@wattmesh/events';
import { OnEvent } from '@wattmesh/platform';
import type { EntityManager } from '@wattmesh/platform/database';
import { AlarmStore } from '../alarm/alarm.store.ts';
import { alarmsOfStatus } from '../alarm/alarms-of-status.ts';
import { DirectoryService } from '../directory/directory.service.ts';
import { DeviceStore } from './device.store.ts';

@Controller()
export class DeviceController {
  constructor(
    private readonly devices: DeviceStore,
    private readonly alarms: AlarmStore,
    private readonly directory: DirectoryService,
  ) {}

  @OnEvent(ReadingTaken)
  onReadings(readings: ReadingTaken[], tx: EntityManager): Promise<void> {
    return this.devices.keepReadings(readings, tx);
  }

  /** One by one: an alarm that came and went is one that was. */
  @OnEvent(DeviceStatusChanged)
  async onStatuses(changes: DeviceStatusChanged[], tx: EntityManager): Promise<void> {
    const communities = await this.directory.communitiesOfSites(changes.map(({ siteId }) => siteId));
    for (const changed of changes) {
      if (!(await this.devices.keepStatus(changed, tx))) continue;
      const communityId = communities.get(changed.siteId)?.community.communityId;
      await this.alarms.setActive(alarmsOfStatus(changed, communityId), tx);
    }
  }
}
