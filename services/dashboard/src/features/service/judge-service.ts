import type { ServiceView } from '@wattmesh/portal/views';

/** What a service's own answers say about it; lag is simulated, so what counts as late grows with the speed. */
export type ServiceVerdict = 'ready' | 'late' | 'notReady' | 'away';

const LATE_WALL_MS = 5000;
const WAITING_S = 30;

export function judgeService(service: ServiceView, speed: number): ServiceVerdict {
  if (!service.isLive) return 'away';
  if (!service.isReady) return 'notReady';
  const isLate = (service.lagP99Ms ?? 0) > LATE_WALL_MS * Math.max(1, speed);
  return isLate || (service.outboxOldestAgeS ?? 0) > WAITING_S ? 'late' : 'ready';
}
