import type { NowView } from '@wattmesh/portal/views';

export type BranchKind = 'grid' | 'load' | 'sun' | 'storage' | 'charging';

/** What hangs on the community's bus. A kind that no site has is left out; one that is only silent stays, without a value. */
export function branchesOf(now: Pick<NowView, 'totals' | 'sites'>): [BranchKind, number | undefined][] {
  const { loadW, generationW, storageW, chargingW } = now.totals;
  const all: [BranchKind, number | undefined][] = [
    ['load', loadW],
    ['sun', generationW],
    ['storage', storageW],
    ['charging', chargingW],
  ];
  const isSilencePossible = now.sites.some((site) => site.status !== 'online');
  return all.filter(([kind, powerW]) => kind === 'load' || powerW !== undefined || isSilencePossible);
}
