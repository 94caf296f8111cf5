import type { SiteEndpoint } from '../devices/devices.link.ts';
import type { World } from '../world.ts';

const HEAD = ['site', 'address', 'unit', 'device', 'kind', 'profile'];

/** What a person reads: the address and unit id of every device. */
export function formatTable(world: World, endpoints: ReadonlyMap<string, SiteEndpoint>): string {
  const rows = world.scenario.devices.map(({ siteId, unitId, deviceId, kind, profile }) => {
    const endpoint = endpoints.get(siteId);
    return [siteId, `${endpoint?.host}:${endpoint?.port}`, String(unitId), deviceId, kind, profile];
  });
  const table = [HEAD, ...rows];
  const widths = HEAD.map((_name, column) => Math.max(...table.map((row) => row[column]?.length ?? 0)));
  const lines = table.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  const profiles = world.profiles.source === 'generated' ? 'seeded model' : 'CityLearn 2022';
  return `${lines.join('\n')}\nprofiles: ${profiles}; Ctrl-C ends\n`;
}
