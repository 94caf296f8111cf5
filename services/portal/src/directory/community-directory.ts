import type {
  CommunityConfigured,
  DeviceRegistered,
  MemberRegistered,
  MeterEnrolled,
  SiteConfigured,
} from '@wattmesh/events';
import type { RegistryDocument } from '../registry/registry.schema.ts';

/** A registered community, its parts in reach by id. */
export interface CommunityDirectory {
  readonly community: CommunityConfigured;
  readonly registeredAt: string;
  readonly members: readonly MemberRegistered[];
  /** Sites behind the feeder; its head stands at a site of its own. */
  readonly sites: readonly SiteConfigured[];
  readonly allSiteIds: readonly string[];
  readonly devices: readonly DeviceRegistered[];
  readonly devicesBySite: ReadonlyMap<string, readonly DeviceRegistered[]>;
  readonly meters: readonly MeterEnrolled[];
}

/** Reads a registered document as a directory. */
export function openDirectory(document: RegistryDocument, registeredAt: string): CommunityDirectory {
  const { community, members, sites, devices, meters } = document;
  const headSiteId = devices.find((device) => device.deviceId === community.headMeterId)?.siteId;
  return {
    community,
    registeredAt,
    members,
    sites: sites.filter((site) => site.siteId !== headSiteId),
    allSiteIds: sites.map((site) => site.siteId),
    devices,
    devicesBySite: Map.groupBy(devices, (device) => device.siteId),
    meters,
  };
}

/** Sites of a member, the feeder's head apart. */
export function siteIdsOf(directory: CommunityDirectory, memberId: string): string[] {
  return directory.sites.filter((site) => site.memberId === memberId).map((site) => site.siteId);
}

/** Batteries of a community, or of one of its sites. */
export function batteriesOf(
  directory: CommunityDirectory,
  siteId?: string,
): (DeviceRegistered & { battery: NonNullable<DeviceRegistered['battery']> })[] {
  return directory.devices.flatMap((device) =>
    device.battery !== undefined && (siteId === undefined || device.siteId === siteId)
      ? [{ ...device, battery: device.battery }]
      : [],
  );
}
