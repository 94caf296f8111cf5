import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { defineBatteryUnit } from '@wattmesh/simulator/modbus-server/define-battery-unit';
import { defineChargerUnit } from '@wattmesh/simulator/modbus-server/define-charger-unit';
import { defineInverterUnit } from '@wattmesh/simulator/modbus-server/define-inverter-unit';
import { defineMeterUnit } from '@wattmesh/simulator/modbus-server/define-meter-unit';
import { defineRackUnit } from '@wattmesh/simulator/modbus-server/define-rack-unit';
import { ModbusServer } from '@wattmesh/simulator/modbus-server/modbus-server.link';
import type { UnitControl, UnitReading } from '@wattmesh/simulator/modbus-server/unit';
import { TcpLink } from '../modbus/tcp.link.ts';
import type { Discovery } from '../sunspec/discover-device.ts';
import type { Block, Span } from '../sunspec/split-reads.ts';
import { decodeLimits } from './decode-limits.ts';
import { decodeReading } from './decode-reading.ts';
import { decodeSetpoint } from './decode-setpoint.ts';
import { discoverProfile } from './discover-profile.ts';
import { findProfile } from './find-profile.ts';
import { readBackPlan, readPlan } from './plan-reads.ts';
import { effectiveSetpointW, releasePlan, writePlan } from './plan-write.ts';

const controls = new Map<string, UnitControl>();
let nowMs = 0;

function aReading(powerW: number, phases: 1 | 3): UnitReading {
  const phaseW = Array.from({ length: phases }, () => powerW / phases);
  return {
    powerW,
    phaseW,
    voltageV: 239.4,
    frequencyHz: 59.99,
    importWh: 1234,
    exportWh: 567,
    socPct: 61.25,
    sohPct: 98,
    isPluggedIn: true,
    wantedWh: 8000,
  };
}

function options(serial: string, powerW: number, phases: 1 | 3 = 1) {
  const control = (told: UnitControl): unknown => controls.set(serial, told);
  return {
    serial,
    phases,
    ratedW: 10_000,
    read: () => aReading(powerW, phases),
    control: (told: UnitControl) => void control(told),
  };
}

const battery = { capacityWh: 13_500, maxChargeW: 5000, maxDischargeW: 5000 };
const units = new Map([
  [1, defineMeterUnit(options('meter-1', -2400))],
  [2, defineMeterUnit(options('meter-3', 2400, 3))],
  [3, defineInverterUnit({ ...options('inverter-1', -3100), maxPowerW: 8000 })],
  [4, defineInverterUnit({ ...options('inverter-3', -3100, 3), maxPowerW: 8000 })],
  [5, defineBatteryUnit({ ...options('battery', 1500), battery })],
  [6, defineChargerUnit({ ...options('charger', 7200), charger: { maxChargeW: 7400, minChargeW: 1400 } })],
  [7, defineRackUnit({ ...options('rack', 30_000), rack: { maxPowerW: 40_000, idlePowerW: 2000 } })],
]);
const server = new ModbusServer({ units, now: () => nowMs });

describe('device profiles against the devices of the simulator', () => {
  let link: TcpLink;
  beforeAll(async () => {
    link = new TcpLink({ host: '127.0.0.1', port: await server.listen() });
  });
  afterAll(async () => {
    await link.close();
    await server.close();
  });

  const readAll = async (unitId: number, plan: readonly Span[]): Promise<Block[]> => {
    const blocks: Block[] = [];
    for (const { address, count } of plan) blocks.push({ address, words: await link.read(unitId, address, count) });
    return blocks;
  };
  const discover = async (unitId: number, name: string): Promise<Discovery> => {
    const found = await discoverProfile(findProfile(name), (address, count) => link.read(unitId, address, count));
    if (found === undefined) throw new Error(`no device at unit ${unitId}`);
    return found;
  };

  it.each([
    { unitId: 1, name: 'sunspec', serial: 'meter-1', points: { powerW: -2400, importWh: 1234, exportWh: 567 } },
    { unitId: 2, name: 'sunspec', serial: 'meter-3', points: { powerW: 2400, importWh: 1234, exportWh: 567 } },
    { unitId: 3, name: 'sunspec', serial: 'inverter-1', points: { powerW: -3100, importWh: 0, exportWh: 567 } },
    { unitId: 4, name: 'sunspec', serial: 'inverter-3', points: { powerW: -3100, importWh: 0, exportWh: 567 } },
    {
      unitId: 5,
      name: 'sunspec',
      serial: 'battery',
      points: { powerW: 1500, importWh: 1234, exportWh: 567, socPct: 61.25, sohPct: 98 },
    },
    {
      unitId: 6,
      name: 'village-charger',
      serial: 'charger',
      points: { powerW: 7200, importWh: 1234, exportWh: 0, isPluggedIn: true, wantedWh: 8000 },
    },
    { unitId: 7, name: 'village-rack', serial: 'rack', points: { powerW: 30_000, importWh: 1234, exportWh: 0 } },
  ])(
    'C4 DEV-2 MOD-2 $serial: what flows in the device is what the gateway reads',
    async ({ unitId, name, serial, points }) => {
      const profile = findProfile(name);
      const discovery = await discover(unitId, name);
      expect(discovery.serial).toBe(serial);
      const reading = decodeReading(profile, discovery, await readAll(unitId, readPlan(profile, discovery)));
      expect(reading).toMatchObject({
        quality: 'measured',
        points: { ...points, voltageV: 239.4, frequencyHz: 59.99 },
      });
      expect(reading.points.setpointW).toBeUndefined();
    },
  );

  it.each([
    {
      unitId: 3,
      name: 'sunspec',
      serial: 'inverter-1',
      setpointW: -2000,
      revertToW: 0,
      told: { targetW: 2000, reversion: { atMs: 60_000 } },
    },
    {
      unitId: 5,
      name: 'sunspec',
      serial: 'battery',
      setpointW: 2500,
      revertToW: 0,
      told: { targetW: 2500, reversion: { atMs: 60_000, targetW: 0 } },
    },
    {
      unitId: 5,
      name: 'sunspec',
      serial: 'battery',
      setpointW: -2500,
      revertToW: 0,
      told: { targetW: -2500, reversion: { atMs: 60_000, targetW: 0 } },
    },
    {
      unitId: 6,
      name: 'village-charger',
      serial: 'charger',
      setpointW: 4200,
      revertToW: 1400,
      told: { targetW: 4200, reversion: { atMs: 60_000, targetW: 1400 } },
    },
    {
      unitId: 7,
      name: 'village-rack',
      serial: 'rack',
      setpointW: 12_000,
      revertToW: 2000,
      told: { targetW: 12_000, reversion: { atMs: 60_000, targetW: 2000 } },
    },
  ])(
    'C4 C9 MOD-3 $serial: a set-point of $setpointW W reaches the physics in its own sign and reads back',
    async (row) => {
      const { unitId, name, serial, setpointW, revertToW, told } = row;
      nowMs = 0;
      const profile = findProfile(name);
      const discovery = await discover(unitId, name);
      const command = { setpointW, revertAfterS: 60, revertToW };
      for (const { address, words } of writePlan(profile, discovery, command)) await link.write(unitId, address, words);
      expect(controls.get(serial)).toEqual(told);
      const held = decodeSetpoint(profile, discovery, await readAll(unitId, readBackPlan(profile, discovery)));
      expect(held).toMatchObject({
        isEnabled: true,
        setpointW: effectiveSetpointW(profile, discovery, setpointW),
        revertAfterS: 60,
      });
      const poll = decodeReading(profile, discovery, await readAll(unitId, readPlan(profile, discovery)));
      expect(poll.points.setpointW).toBe(setpointW);
      for (const { address, words } of releasePlan(profile, discovery)) await link.write(unitId, address, words);
      expect(controls.get(serial)).toEqual({});
    },
  );

  it('gives the limits of a battery and refuses what is beyond them', async () => {
    const profile = findProfile('sunspec');
    const discovery = await discover(5, 'sunspec');
    expect(decodeLimits(profile, discovery)).toEqual({
      ratedW: 10_000,
      maxChargeW: 5000,
      maxDischargeW: 5000,
      capacityWh: 13_500,
    });
    const [, write] = writePlan(profile, discovery, { setpointW: 5001, revertAfterS: 60, revertToW: 0 });
    await expect(link.write(5, write?.address ?? 0, write?.words ?? [])).rejects.toMatchObject({ exceptionCode: 3 });
  });
});
