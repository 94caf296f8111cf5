import type { ControlledDevice } from './controlled-device.ts';
import type { UnitControl } from './unit.ts';

/** The control in force on a vendor's map whose fallback value stands in FailW; both in load convention. */
export function setpointOf(device: ControlledDevice, names: { enable: string; value: string }): UnitControl {
  if (device.valueOf(0, names.enable) !== 1) return {};
  const targetW = Number(device.valueOf(0, names.value));
  const atMs = device.dueMsOf(0, names.enable);
  return atMs === undefined
    ? { targetW }
    : { targetW, reversion: { atMs, targetW: Number(device.valueOf(0, 'FailW')) } };
}
