import type { CommunityConfigured, DeviceRegistered, MeterEnrolled, SiteConfigured } from '@wattmesh/events';

/** What the registry says, in whatever order it was told. */
export interface RegistryContent {
  readonly communities: readonly CommunityConfigured[];
  readonly sites: readonly SiteConfigured[];
  readonly devices: readonly DeviceRegistered[];
  readonly meters: readonly MeterEnrolled[];
}

/** A site that can be run. */
export interface SiteModel {
  readonly site: SiteConfigured;
  readonly community: CommunityConfigured;
  /** Revenue meter first, then by id: what settles is read closest to the boundary. */
  readonly devices: readonly DeviceRegistered[];
  /** Enrolment by meter id; a device without one is read but not metered. */
  readonly meters: ReadonlyMap<string, MeterEnrolled>;
}

/**
 * The sites that are complete: configured, in a known community, with at least one device and every device's meter enrolled.
 *
 * Independent of the order of the registry's events; what is incomplete waits. Sites come by id.
 */
export function assembleSites(content: RegistryContent): SiteModel[] {
  const communities = new Map(content.communities.map((community) => [community.communityId, community]));
  const enrolled = new Map(content.meters.map((meter) => [meter.meterId, meter]));
  const models = content.sites.flatMap((site): SiteModel[] => {
    const community = communities.get(site.communityId);
    const devices = content.devices.filter((device) => device.siteId === site.siteId).sort(byReadingOrder);
    if (community === undefined || devices.length === 0) return [];
    const meters = new Map(devices.flatMap((device) => entryOf(enrolled.get(device.deviceId))));
    return meters.size === devices.length ? [{ site, community, devices, meters }] : [];
  });
  return models.sort((one, other) => compare(one.site.siteId, other.site.siteId));
}

/** True where a running site must be stopped and started again to follow its new configuration. */
export function needsRestart(before: SiteModel, after: SiteModel): boolean {
  return JSON.stringify(facts(before)) !== JSON.stringify(facts(after));
}

const facts = (model: SiteModel): unknown => [
  model.site,
  model.community.chain,
  model.devices,
  [...model.meters.values()],
];

const entryOf = (meter: MeterEnrolled | undefined): [string, MeterEnrolled][] =>
  meter === undefined ? [] : [[meter.meterId, meter]];

const compare = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);

const rank = (device: DeviceRegistered): number =>
  device.meterRole === 'revenue' || device.meterRole === 'head' ? 0 : 1;

function byReadingOrder(one: DeviceRegistered, other: DeviceRegistered): number {
  return rank(one) - rank(other) || compare(one.deviceId, other.deviceId);
}
