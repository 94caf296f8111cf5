import type { RegistryDocument } from './registry.schema.ts';

const repeated = (ids: readonly string[]): string[] => [
  ...new Set(ids.filter((id, index) => ids.indexOf(id) !== index)),
];

function danglingReferences(document: RegistryDocument): string[] {
  const members = new Set(document.members.map((member) => member.memberId));
  const sites = new Set(document.sites.map((site) => site.siteId));
  const devices = new Map(document.devices.map((device) => [device.deviceId, device]));
  const { community } = document;
  return [
    ...document.sites
      .filter((site) => !members.has(site.memberId))
      .map((site) => `site ${site.siteId} belongs to the unknown member ${site.memberId}`),
    ...document.devices
      .filter((device) => !sites.has(device.siteId))
      .map((device) => `device ${device.deviceId} stands at the unknown site ${device.siteId}`),
    ...document.meters
      .filter((meter) => devices.get(meter.meterId)?.meterRole !== meter.role)
      .map((meter) => `meter ${meter.meterId} is no device that counts "${meter.role}"`),
    ...document.meters
      .filter((meter) => !members.has(meter.memberId))
      .map((meter) => `meter ${meter.meterId} speaks for the unknown member ${meter.memberId}`),
    ...[community.supplierMemberId, community.residualMemberId]
      .filter((id) => !members.has(id))
      .map((id) => `the community names the unknown member ${id}`),
    ...(devices.get(community.headMeterId)?.meterRole === 'head'
      ? []
      : [`the head meter ${community.headMeterId} is no device that counts "head"`]),
  ];
}

function brokenBounds(document: RegistryDocument): string[] {
  const { feeder, headMeterId } = document.community;
  const headSite = document.devices.find((device) => device.deviceId === headMeterId)?.siteId;
  const behind = document.sites.filter((site) => site.siteId !== headSite);
  const importW = behind.reduce((sum, site) => sum + site.importLimitW, 0);
  const exportW = behind.reduce((sum, site) => sum + site.exportLimitW, 0);
  const contradictions: string[] = [];
  if (importW > feeder.limitImportW)
    contradictions.push(`static import shares add up to ${importW} W, the feeder allows ${feeder.limitImportW} W`);
  if (exportW > feeder.limitExportW)
    contradictions.push(`static export shares add up to ${exportW} W, the feeder allows ${feeder.limitExportW} W`);
  return contradictions;
}

/**
 * Names what contradicts itself in a registry document, each as one sentence; an empty list means it may be registered.
 * Shares: silence is safe only while the static shares of all sites together stay within the feeder's rating.
 */
export function findContradictions(document: RegistryDocument): string[] {
  return [
    ...repeated(document.members.map((member) => member.memberId)).map((id) => `member ${id} is named twice`),
    ...repeated(document.sites.map((site) => site.siteId)).map((id) => `site ${id} is named twice`),
    ...repeated(document.devices.map((device) => device.deviceId)).map((id) => `device ${id} is named twice`),
    ...repeated(document.meters.map((meter) => meter.meterId)).map((id) => `meter ${id} is enrolled twice`),
    ...repeated(document.meters.map((meter) => meter.publicKey)).map(
      (key) => `the key ${key.slice(0, 18)} speaks for two meters`,
    ),
    ...danglingReferences(document),
    ...brokenBounds(document),
  ];
}
