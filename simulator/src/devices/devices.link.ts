import { ModbusServer } from '../modbus-server/modbus-server.link.ts';
import { ScenarioError } from '../scenario/scenario.errors.ts';
import type { World } from '../world.ts';
import { defineUnit } from './define-unit.ts';
import type { DeviceWrite } from './device-write.ts';

/** Where a site's devices answer. */
export interface SiteEndpoint {
  readonly host: string;
  readonly port: number;
}

export interface RunningDevices {
  readonly endpoints: ReadonlyMap<string, SiteEndpoint>;
  stop(): Promise<void>;
}

const HOST = '127.0.0.1';

/**
 * Serves every device of a world by Modbus TCP on loopback: one port per site, counting up from `portFrom` (0: any free ones), unit id =
 * device. Registers go on from what the world remembers of them; a device that was told something by no register starts without it.
 */
export async function startDevices(options: {
  world: World;
  clock: () => number;
  portFrom: number;
  /** Told each write that a device took, before its client is. */
  onWrite?: (write: DeviceWrite) => void;
}): Promise<RunningDevices> {
  const { world, clock, portFrom, onWrite } = options;
  const servers: ModbusServer[] = [];
  const stop = async (): Promise<void> => {
    await Promise.all(servers.map((server) => server.close()));
  };
  const endpoints = new Map<string, SiteEndpoint>();
  for (const [index, { siteId }] of world.scenario.sites.entries()) {
    const devices = world.scenario.devices.filter((device) => device.siteId === siteId);
    for (const { deviceId } of devices) {
      const isTold = world.controlOf(deviceId).targetW !== undefined;
      if (isTold && world.registersOf(deviceId) === undefined) world.control(deviceId, {});
    }
    const units = new Map(devices.map((device) => [device.unitId, defineUnit(world, device, onWrite)]));
    const port = portFrom === 0 ? 0 : portFrom + index;
    const server = new ModbusServer({ units, now: clock, host: HOST, port });
    try {
      endpoints.set(siteId, { host: HOST, port: await server.listen() });
    } catch (cause) {
      await stop();
      throw new ScenarioError(portMessage(port, cause), { cause });
    }
    servers.push(server);
  }
  return { endpoints, stop };
}

function portMessage(port: number, cause: unknown): string {
  const { code } = cause as NodeJS.ErrnoException;
  if (code === 'EADDRINUSE') return `port ${port} is taken; stop what listens there or pass another --port`;
  if (code === 'EACCES') return `port ${port} needs more rights; pass a --port of 1024 or more`;
  return `port ${port} cannot be used (${code ?? String(cause)}); pass another --port`;
}
