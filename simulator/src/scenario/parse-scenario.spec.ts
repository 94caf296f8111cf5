import { describe, expect, it } from 'vitest';
import { parseProfile } from '../profiles/parse-profile.ts';
import { loadProfiles } from '../profiles/profiles.store.ts';
import { parseScenario } from './parse-scenario.ts';
import { ScenarioError } from './scenario.errors.ts';
import type { Scenario } from './scenario.schema.ts';
import { loadScenario, scenarioNames } from './scenario.store.ts';

const hamlet = (): Scenario => structuredClone(loadScenario('hamlet'));
const messageOf = (run: () => unknown): string => {
  try {
    run();
  } catch (error) {
    expect(error).toBeInstanceOf(ScenarioError);
    expect((error as Error).message).not.toContain('\n');
    return (error as Error).message;
  }
  throw new Error('nothing was refused');
};
const refusal = (change: (scenario: Scenario) => void): string => {
  const scenario = hamlet();
  change(scenario);
  return messageOf(() => parseScenario(JSON.stringify(scenario), 'x.json'));
};

describe('a scenario', () => {
  it.each(scenarioNames())('%s is whole', (name) => {
    expect(loadScenario(name).name).toBe(name);
  });

  it('village keeps the static shares below the feeder and starts on a Monday at 09:00 local', () => {
    const village = loadScenario('village');
    expect(village.sites.filter((site) => site.household)).toHaveLength(17);
    const local = new Intl.DateTimeFormat('en-US', {
      timeZone: village.community.timeZone,
      weekday: 'short',
      hour: '2-digit',
      hourCycle: 'h23',
    });
    expect(local.format(new Date(village.startsAt))).toMatch(/Mon.*09/);
  });

  it('is refused with one line that says what to do', () => {
    expect(messageOf(() => loadScenario('metropolis'))).toMatch(
      /no scenario "metropolis"; take one of .*hamlet, village/,
    );
    expect(messageOf(() => parseScenario('{"name": ', 'x.json'))).toMatch(/x\.json is not JSON/);
    expect(refusal((scenario) => Object.assign(scenario, { seed: 'one' }))).toMatch(/x\.json: seed: /);
    expect(refusal((scenario) => Object.assign(scenario, { sede: 1 }))).toMatch(/sede/);
    expect(refusal((scenario) => scenario.devices.push(...scenario.devices.slice(0, 1)))).toMatch(/home-1-meter twice/);
    expect(refusal((scenario) => Object.assign(scenario.devices[0] ?? {}, { siteId: 'home-9' }))).toMatch(
      /names home-9/,
    );
    expect(refusal((scenario) => scenario.devices.forEach((device) => delete device.cells))).toMatch(
      /a battery needs "cells"/,
    );
    expect(refusal((scenario) => Object.assign(scenario.sites[0] ?? {}, { importLimitW: 90_000 }))).toMatch(
      /above the feeder's/,
    );
  });
});

describe('data files', () => {
  const rows = Array.from({ length: 8760 }, (_, row) => `${row},1.5`);
  const parse = (lines: string[]): string =>
    messageOf(() => parseProfile({ file: 'B.csv', text: lines.join('\n'), columns: ['load'] }));

  it('are refused with one line where a column, a number or a row is missing', () => {
    expect(parse(['hour,lod', ...rows])).toMatch(/B\.csv has no column "load"/);
    expect(parse(['hour,load', ...rows.slice(1)])).toMatch(/8759 rows instead of 8760/);
    expect(parse(['hour,load', ...rows.with(7, '7,NaN')])).toMatch(/row 7: load is "NaN"/);
    expect(parse(['hour,load', ...rows.with(9, '9,')])).toMatch(/row 9: load is ""/);
    expect(messageOf(() => loadProfiles(hamlet(), '/nowhere'))).toMatch(/no Building_1\.csv.*point --data at/);
  });

  it('give a column of numbers', () => {
    expect(
      parseProfile({ file: 'B.csv', text: ['hour,load', ...rows].join('\r\n'), columns: ['load', 'hour'] }).load[8759],
    ).toBe(1.5);
  });
});
