import { findProfile, REGISTER_MAP_ID } from '@wattmesh/gateway/profile/find-profile';
import { ControlledDevice, type DeviceHooks, type DeviceReversion } from './controlled-device.ts';
import { type PublishedValues, RegisterImage } from './register-image.ts';

export interface VendorDeviceOptions extends DeviceHooks {
  /** Profile with a register map, as the gateway knows it. */
  profile: string;
  serial: string;
  /** Initial values in units; a point left out is not implemented. */
  values: PublishedValues;
}

/** A device with a vendor's own register map; its model id in the hooks is 0. */
export function defineVendorDevice(options: VendorDeviceOptions): ControlledDevice {
  const { map, registers, layouts } = findProfile(options.profile);
  if (map === undefined || registers === undefined)
    throw new RangeError(`profile ${options.profile} has no register map`);
  const image = new RegisterImage(registers.address, new Uint16Array(map.size));
  image.place(map, registers.address, { ...options.values, [registers.serial]: options.serial });
  const reversions = layouts.flatMap(({ setpoint }): DeviceReversion[] => {
    if (setpoint?.revertSeconds === undefined) return [];
    const { model, enable, value, revertSeconds, revertEnable, revertValue, remainingSeconds } = setpoint;
    return [{ model, enable, value, seconds: revertSeconds, revertEnable, revertValue, remaining: remainingSeconds }];
  });
  return new ControlledDevice(
    image,
    reversions.filter(({ model }) => model === REGISTER_MAP_ID),
    options,
  );
}
