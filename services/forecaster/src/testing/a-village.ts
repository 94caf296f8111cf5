import type { DeviceRegistered, IntervalMetered, SiteConfigured } from '@wattmesh/events';
import { QUARTER_MS, type Panel } from '../features/panel.ts';

export const iso = (ms: number): string => new Date(ms).toISOString();

export function historyCsv({ sites, startMs }: Panel): string {
  const rows = sites.flatMap(({ siteId, loadWh, generationWh }) =>
    Array.from(loadWh, (load, at) => `${siteId},${iso(startMs + at * QUARTER_MS)},${load},${generationWh?.[at] ?? ''}`),
  );
  return ['siteId,intervalStart,loadWh,generationWh', ...rows, ''].join('\n');
}

export function weatherCsv({ weather, startMs }: Panel): string {
  const rows = Array.from({ length: weather.ghiWm2.length / 4 }, (_, hour) => {
    const at = 4 * hour;
    return [
      iso(startMs + at * QUARTER_MS),
      weather.temperatureC[at],
      weather.ghiWm2[at],
      weather.dniWm2[at],
      weather.dhiWm2[at],
    ].join(',');
  });
  return ['hourStart,temperatureC,ghiWm2,dniWm2,dhiWm2', ...rows, ''].join('\n');
}

export const siteOf = (siteId: string): SiteConfigured => ({
  siteId,
  communityId: 'village',
  memberId: siteId,
  name: siteId,
  timeZone: 'America/Los_Angeles',
  latitudeDeg: 34.1,
  longitudeDeg: -117.4,
  phases: 1,
  fuseA: 63,
  importLimitW: 10_000,
  exportLimitW: 10_000,
  endpoint: { host: '127.0.0.1', port: 1502 },
});
export const deviceOf = (siteId: string, suffix: string, meterRole: 'load' | 'generation'): DeviceRegistered => ({
  deviceId: `${siteId}-${suffix}`,
  siteId,
  kind: meterRole === 'load' ? 'meter' : 'inverter',
  meterRole,
  unitId: 1,
  profile: 'sunspec',
  phases: 1,
  ratedW: 5000,
  serial: 'S1',
});
export const meteringAt = (startMs: number, siteId: string, loadWh: number): IntervalMetered => ({
  meterId: `${siteId}-load`,
  siteId,
  role: 'load',
  intervalStart: iso(startMs),
  run: 'preliminary',
  counters: { startImportWh: 0, endImportWh: loadWh, startExportWh: 0, endExportWh: 0 },
  importWh: loadWh,
  exportWh: 0,
  quality: 'measured',
  attestation: 'gatewaySoftware',
  signature: `0x${'00'.repeat(64)}`,
});
