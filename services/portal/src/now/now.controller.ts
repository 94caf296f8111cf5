import { Controller, Get, Param } from '@nestjs/common';
import { ApiOkResponse } from '@nestjs/swagger';
import { Clock } from '@wattmesh/platform';
import { DeviceStore } from '../device/device.store.ts';
import { DirectoryService } from '../directory/directory.service.ts';
import { NowView } from '../view/now-view.schema.ts';
import { buildNowView } from './build-now-view.ts';

@Controller('api/v1/communities/:communityId/now')
export class NowController {
  constructor(
    private readonly directory: DirectoryService,
    private readonly devices: DeviceStore,
    private readonly clock: Clock,
  ) {}

  @Get()
  @ApiOkResponse({ standardSchema: NowView })
  async now(@Param('communityId') communityId: string): Promise<NowView> {
    const directory = await this.directory.community(communityId);
    const deviceIds = directory.devices.map(({ deviceId }) => deviceId);
    const [states, statuses] = await Promise.all([this.devices.states(deviceIds), this.devices.statuses(deviceIds)]);
    return buildNowView(directory, { nowMs: this.clock.now(), states, statuses });
  }
}
