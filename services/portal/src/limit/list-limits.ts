import type { CommunityDirectory } from '../directory/community-directory.ts';
import type { LimitView } from '../view/limit-view.schema.ts';

/** Limits in force: the feeder's rating and each site's static share of it. */
export function listLimits({ community, sites, registeredAt }: CommunityDirectory): LimitView[] {
  const { feederId, limitImportW, limitExportW } = community.feeder;
  return [
    {
      scope: 'feeder',
      id: feederId,
      source: 'feeder rating',
      importLimitW: limitImportW,
      exportLimitW: limitExportW,
      since: registeredAt,
    },
    ...sites.map(({ siteId, importLimitW, exportLimitW }): LimitView => ({
      scope: 'site',
      id: siteId,
      source: 'static share',
      importLimitW,
      exportLimitW,
      since: registeredAt,
    })),
  ];
}
