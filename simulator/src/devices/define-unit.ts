import { defineBatteryUnit } from '../modbus-server/define-battery-unit.ts';
import { defineChargerUnit } from '../modbus-server/define-charger-unit.ts';
import { defineInverterUnit } from '../modbus-server/define-inverter-unit.ts';
import { defineMeterUnit } from '../modbus-server/define-meter-unit.ts';
import { defineRackUnit } from '../modbus-server/define-rack-unit.ts';
import type { Refusal, RegisterDevice } from '../modbus-server/register-device.ts';
import type { UnitOptions } from '../modbus-server/unit.ts';
import type { ScenarioDevice } from '../scenario/scenario.schema.ts';
import type { World } from '../world.ts';

/** Registers of a device of the world: reading lets time pass to the instant of the request, writing tells the device. */
export function defineUnit(world: World, device: ScenarioDevice): RegisterDevice {
  const { deviceId, serial, phases, ratedW } = device;
  const options: UnitOptions = {
    serial,
    phases,
    ratedW,
    read: (nowMs) => {
      world.advanceTo(nowMs);
      return world.reading(deviceId);
    },
    control: (control, nowMs) => {
      world.advanceTo(nowMs);
      world.control(deviceId, control);
    },
  };
  return new ReachableDevice(world, deviceId, registersOf(device, options));
}

function registersOf(device: ScenarioDevice, options: UnitOptions): RegisterDevice {
  const { solar, battery, charger, rack } = device;
  if (solar !== undefined) return defineInverterUnit({ ...options, maxPowerW: solar.maxPowerW });
  if (battery !== undefined) return defineBatteryUnit({ ...options, battery });
  if (charger !== undefined) return defineChargerUnit({ ...options, charger });
  if (rack !== undefined) return defineRackUnit({ ...options, rack });
  return defineMeterUnit(options);
}

/** A device that does not answer while the scenario has it offline. */
class ReachableDevice implements RegisterDevice {
  readonly #world: World;
  readonly #deviceId: string;
  readonly #device: RegisterDevice;

  constructor(world: World, deviceId: string, device: RegisterDevice) {
    this.#world = world;
    this.#deviceId = deviceId;
    this.#device = device;
  }

  read(address: number, count: number, nowMs: number): Uint16Array | Refusal {
    return this.#isOnline(nowMs) ? this.#device.read(address, count, nowMs) : 'silence';
  }

  write(address: number, words: Uint16Array, nowMs: number): Refusal | undefined {
    return this.#isOnline(nowMs) ? this.#device.write(address, words, nowMs) : 'silence';
  }

  #isOnline(nowMs: number): boolean {
    this.#world.advanceTo(nowMs);
    return this.#world.isOnline(this.#deviceId);
  }
}
