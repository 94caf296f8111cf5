import * as fc from 'fast-check';
import { findModel } from '@wattmesh/gateway/sunspec/find-model';
import { describe, expect, it } from 'vitest';
import { defineUnit } from '../devices/define-unit.ts';
import { DeviceWrite } from '../devices/device-write.ts';
import { generateProfiles } from '../profiles/generate-profiles.ts';
import { ScenarioError } from '../scenario/scenario.errors.ts';
import { loadScenario } from '../scenario/scenario.store.ts';
import { World, WorldState } from '../world.ts';
import { resumeWorld } from './resume-world.ts';

const MINUTE_MS = 60_000;
const scenario = loadScenario('hamlet');
const profiles = generateProfiles(scenario);
const START_MS = Date.parse(scenario.startsAt);
const HOUR_MS = 60 * MINUTE_MS;
/** WSetEna of a battery: models 1, 701 and 702 stand before its model 704; WSetEnaRvrt is eight further. */
const SET_ADDRESS = [1, 701, 702].reduce((address, id) => address + (findModel(id)?.size ?? 0), 40_002) + 22;
const BATTERIES = scenario.devices.filter((device) => device.kind === 'battery');

/** A world with its served devices, and what they were told. */
function served(world: World) {
  const writes: DeviceWrite[] = [];
  const units = new Map(
    world.scenario.devices.map((device) => [
      device.deviceId,
      defineUnit(world, device, (write) => void writes.push(write)),
    ]),
  );
  return { world, writes, unit: (deviceId: string) => units.get(deviceId)! };
}

type Served = ReturnType<typeof served>;

function tell({ unit }: Served, told: { battery: number; powerW: number; revertS: number; atMs: number }): void {
  const device = unit(BATTERIES[told.battery % BATTERIES.length]?.deviceId ?? '');
  const injection = new Uint32Array([-told.powerW])[0] ?? 0;
  expect(device.write(SET_ADDRESS + 8, Uint16Array.of(1, 0, told.revertS), told.atMs)).toBeUndefined();
  const set = Uint16Array.of(1, 1, injection >>> 16, injection & 0xffff);
  expect(device.write(SET_ADDRESS, set, told.atMs)).toBeUndefined();
}

/** What every client may read of every device. */
function readings(world: World) {
  return world.scenario.devices.map(({ deviceId }) => {
    const { importWh, exportWh, powerW, socPct = 0, targetW } = world.reading(deviceId);
    return { deviceId, importWh, exportWh, powerW, socPct, targetW };
  });
}

const aTelling = fc.record({
  battery: fc.nat(9),
  powerW: fc.integer({ min: -3000, max: 3000 }),
  revertS: fc.integer({ min: 0, max: 900 }),
  atMs: fc.integer({ min: START_MS, max: START_MS + HOUR_MS }),
});
const throughText = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

describe('a resumed world', () => {
  it('is the one that would be had its process lived on: powers, targets, counters and charges', () => {
    const moments = { savedMs: fc.nat(HOUR_MS), killedMs: fc.nat(HOUR_MS), backMs: fc.nat(HOUR_MS) };
    fc.assert(
      fc.property(fc.array(aTelling, { maxLength: 8 }), fc.record(moments), (tellings, { savedMs, ...later }) => {
        const lived = served(new World({ scenario, profiles }));
        const ordered = tellings.toSorted((a, b) => a.atMs - b.atMs);
        const saveMs = START_MS + savedMs;
        for (const told of ordered) if (told.atMs <= saveMs) tell(lived, told);
        lived.world.advanceTo(saveMs);
        const world = WorldState.parse(throughText(lived.world.saveState()));
        const before = lived.writes.length;
        for (const told of ordered) if (told.atMs > saveMs) tell(lived, told);
        const killMs = Math.max(saveMs, ordered.at(-1)?.atMs ?? 0) + later.killedMs;
        lived.world.advanceTo(killMs);

        const writes = lived.writes.slice(before).map((write) => DeviceWrite.parse(throughText(write)));
        const resumed = served(resumeWorld({ scenario, profiles }, { world, writes }));
        const backMs = killMs + later.backMs;
        for (const one of [lived, resumed]) {
          one.world.advanceTo(backMs);
          for (const { deviceId } of BATTERIES) one.unit(deviceId).read(SET_ADDRESS, 12, backMs);
        }
        const [expected, actual] = [readings(lived.world), readings(resumed.world)];
        for (const [index, one] of actual.entries()) {
          const other = expected[index]!;
          expect(one).toEqual({
            ...other,
            powerW: expect.closeTo(other.powerW, 6),
            socPct: expect.closeTo(other.socPct, 6),
          });
        }
        for (const { deviceId } of BATTERIES) {
          const words = [lived, resumed].map(({ unit }) => unit(deviceId).read(SET_ADDRESS, 13, backMs));
          expect(words[1]).toEqual(words[0]);
        }
      }),
      { numRuns: 30 },
    );
  });

  it('is refused in one line where it is of another scenario, lacks a device or was told what a device does not take', () => {
    const lived = served(new World({ scenario, profiles }));
    tell(lived, { battery: 0, powerW: 1000, revertS: 60, atMs: START_MS });
    const world = lived.world.saveState();
    const [write] = lived.writes;
    const refusing = (kept: { world?: WorldState; writes?: DeviceWrite[] }) => () =>
      resumeWorld({ scenario, profiles }, { world, writes: [], ...kept });
    expect(refusing({ world: { ...world, seed: 99 } })).toThrow(
      /^the saved world is of hamlet, seed 99, not of hamlet/,
    );
    expect(refusing({ world: { ...world, sites: {} } })).toThrow(
      /^the saved world knows no \S+ of hamlet; start it afresh$/,
    );
    expect(refusing({ writes: [{ ...write!, address: 9 }] })).toThrow(
      /^the saved world does not fit: \S+ does not take/,
    );
    expect(refusing({ writes: [{ ...write!, deviceId: 'gone' }] })).toThrow(
      /: gone does not take what it took at 2017-/,
    );
    expect(refusing({ world: { ...world, seed: 99 } })).toThrow(ScenarioError);
  });
});
