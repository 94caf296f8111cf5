import type { ControlledDevice } from './allowed-range.ts';
import { localRuleW } from './resolve-setpoint.ts';

/**
 * Where a device goes when nobody speaks to it any more (C9): a battery stops, a car gets its minimum, a rack idles, and roofs
 * together give the site's export limit at most, each by its rating. Units: W, load convention.
 *
 * Example: two roofs of 5 kW behind an export limit of 6 kW: -3000 W each.
 */
export function safeSetpointW(
  device: ControlledDevice,
  site: { exportLimitW: number; devices: readonly Pick<ControlledDevice, 'kind' | 'ratedW'>[] },
): number {
  if (device.kind !== 'inverter') return localRuleW({ device, condition: {} });
  const roofs = site.devices.filter(({ kind }) => kind === 'inverter');
  const ratedW = roofs.reduce((sum, roof) => sum + roof.ratedW, 0);
  return -Math.floor(device.ratedW * Math.min(1, site.exportLimitW / ratedW));
}
