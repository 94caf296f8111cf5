import type { CommunityView } from '@wattmesh/portal/views';

/** Name of a site for people; its id where the registry has none, such as the feeder's head. */
export function siteName(community: CommunityView, siteId: string): string {
  return community.sites.find((site) => site.siteId === siteId)?.name ?? siteId;
}
