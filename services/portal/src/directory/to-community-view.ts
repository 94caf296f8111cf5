import type { CommunityView } from '../view/community-view.schema.ts';
import { siteIdsOf, type CommunityDirectory } from './community-directory.ts';

/** The view of a registered community at a moment of its clock. */
export function toCommunityView(
  directory: CommunityDirectory,
  now: { asOf: string; speed: number; isSimulated: boolean; chainRpcUrl?: string },
): CommunityView {
  const { community, members, sites } = directory;
  const { limitImportW, limitExportW } = community.feeder;
  return {
    communityId: community.communityId,
    name: community.name,
    timeZone: community.timeZone,
    currency: community.currency,
    isSimulated: now.isSimulated,
    asOf: now.asOf,
    speed: now.speed,
    settlementPeriodIntervals: community.settlementPeriodIntervals,
    supplierMemberId: community.supplierMemberId,
    feeder: { limitImportW, limitExportW },
    chain: { ...community.chain, ...(now.chainRpcUrl === undefined ? {} : { rpcUrl: now.chainRpcUrl }) },
    members: members.map(({ memberId, name, role }) => ({
      memberId,
      name,
      role,
      siteIds: siteIdsOf(directory, memberId),
    })),
    sites: sites.map(({ siteId, name, memberId }) => ({ siteId, name, memberId })),
  };
}
