import { defineBatteryUnit } from '../modbus-server/define-battery-unit.ts';
import { defineChargerUnit } from '../modbus-server/define-charger-unit.ts';
import { defineInverterUnit } from '../modbus-server/define-inverter-unit.ts';
import { defineMeterUnit } from '../modbus-server/define-meter-unit.ts';
import { defineRackUnit } from '../modbus-server/define-rack-unit.ts';
import type { ControlledDevice } from '../modbus-server/controlled-device.ts';
import type { Refusal, RegisterDevice } from '../modbus-server/register-device.ts';
import type { UnitOptions } from '../modbus-server/unit.ts';
import type { ScenarioDevice } from '../scenario/scenario.schema.ts';
import type { World } from '../world.ts';
import type { DeviceWrite } from './device-write.ts';

/**
 * Registers of a device of the world: reading lets time pass to the instant of the request, writing tells the device. They go on from what
 * the world remembers of them. `onWrite` is told each write that the device took, before its client is.
 */
export function defineUnit(
  world: World,
  device: ScenarioDevice,
  onWrite: (write: DeviceWrite) => void = () => undefined,
): RegisterDevice {
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
  const registers = registersOf(device, options);
  const memory = world.registersOf(deviceId);
  if (memory !== undefined) registers.remember(memory);
  return new ServedDevice({ world, deviceId, registers, onWrite });
}

function registersOf(device: ScenarioDevice, options: UnitOptions): ControlledDevice {
  const { solar, battery, charger, rack } = device;
  if (solar !== undefined) return defineInverterUnit({ ...options, maxPowerW: solar.maxPowerW });
  if (battery !== undefined) return defineBatteryUnit({ ...options, battery });
  if (charger !== undefined) return defineChargerUnit({ ...options, charger });
  if (rack !== undefined) return defineRackUnit({ ...options, rack });
  return defineMeterUnit(options);
}

interface ServedOptions {
  readonly world: World;
  readonly deviceId: string;
  readonly registers: ControlledDevice;
  readonly onWrite: (write: DeviceWrite) => void;
}

/** A device of the world, which does not answer while the scenario has it offline. What it is told outlives the process. */
class ServedDevice implements RegisterDevice {
  readonly #served: ServedOptions;

  constructor(served: ServedOptions) {
    this.#served = served;
  }

  read(address: number, count: number, nowMs: number): Uint16Array | Refusal {
    return this.#isOnline(nowMs) ? this.#served.registers.read(address, count, nowMs) : 'silence';
  }

  write(address: number, words: Uint16Array, nowMs: number): Refusal | undefined {
    const { world, deviceId, registers, onWrite } = this.#served;
    if (!this.#isOnline(nowMs)) return 'silence';
    const refusal = registers.write(address, words, nowMs);
    if (refusal !== undefined) return refusal;
    world.keepRegisters(deviceId, registers.memory());
    onWrite({ atMs: nowMs, deviceId, address, words: [...words] });
    return undefined;
  }

  #isOnline(nowMs: number): boolean {
    const { world, deviceId } = this.#served;
    world.advanceTo(nowMs);
    return world.isOnline(deviceId);
  }
}
