import { appendFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { generateProfiles } from '../profiles/generate-profiles.ts';
import { ScenarioError } from '../scenario/scenario.errors.ts';
import { loadScenario } from '../scenario/scenario.store.ts';
import { World } from '../world.ts';
import { appendDeviceWrite, readWorldState, writeWorldState } from './world-state.store.ts';

const folder = mkdtempSync(join(tmpdir(), 'wattmesh-world-'));
const file = join(folder, 'world.json');
const scenario = loadScenario('village');
const write = { atMs: 12, deviceId: 'home-1-ess', address: 40_100, words: [1, 65_535] };

function aWorld(): World {
  const world = new World({ scenario, profiles: generateProfiles(scenario) });
  world.advanceTo(world.nowMs + 3_600_123);
  return world;
}

beforeEach(() => rmSync(file, { recursive: true, force: true }));
afterAll(() => rmSync(folder, { recursive: true }));

describe('a saved world', () => {
  it('comes back as it was, with what its devices were told since', () => {
    const world = aWorld().saveState();
    writeWorldState(file, { simMs: 7, world });
    appendDeviceWrite(file, write);
    appendDeviceWrite(file, { ...write, atMs: 13 });
    expect(readWorldState(file)).toEqual({ simMs: 7, world, writes: [write, { ...write, atMs: 13 }] });
  });

  it('is replaced whole, with what its devices were told before', () => {
    const world = aWorld().saveState();
    writeWorldState(file, { simMs: 7, world });
    appendDeviceWrite(file, write);
    writeWorldState(file, { simMs: 8, world });
    expect(readWorldState(file)).toEqual({ simMs: 8, world, writes: [] });
    expect(readdirSync(folder)).toEqual(['world.json']);
  });

  it('is none where none was saved', () => {
    expect(readWorldState(file)).toBeUndefined();
  });

  it('leaves out a last line that a kill cut short: its client was never answered', () => {
    const world = aWorld().saveState();
    writeWorldState(file, { simMs: 7, world });
    appendDeviceWrite(file, write);
    appendFileSync(file, '{"atMs":13,"dev');
    const kept = readWorldState(file);
    expect(kept?.writes).toEqual([write]);
    // Written anew, it can be added to again.
    if (kept) writeWorldState(file, kept);
    appendDeviceWrite(file, { ...write, atMs: 14 });
    expect(readWorldState(file)).toEqual({ simMs: 7, world, writes: [write, { ...write, atMs: 14 }] });
  });

  it.each([
    ['empty', () => '', /line 1, the line/],
    ['cut short', (text: string) => text.slice(0, 900), /line 1, the line/],
    ['of another version', (text: string) => text.replace('"version":1', '"version":2'), /line 1, version/],
    ['without a time', (text: string) => text.replace(/"nowMs":\d+/, '"nowMs":null'), /line 1, world\.nowMs/],
    ['of a device without counters', (text: string) => text.replace('"counters"', '"other"'), /line 1, world\.sites\./],
    ['with a write of no register', (text: string) => `${text}{"atMs":1}\n`, /line 2, deviceId/],
  ])('is refused in one line where it is %s', (_what, damage, line) => {
    writeWorldState(file, { simMs: 7, world: aWorld().saveState() });
    writeFileSync(file, damage(readFileSync(file, 'utf8')));
    expect(() => readWorldState(file)).toThrow(ScenarioError);
    expect(() => readWorldState(file)).toThrow(line);
    expect(() => readWorldState(file)).toThrow(
      /^[^\n]*world\.json is damaged [^\n]*; delete it to start the world afresh$/,
    );
  });

  it('says in one line that its file is a folder, or in none', () => {
    mkdirSync(file);
    expect(() => readWorldState(file)).toThrow(/world\.json cannot be read \(EISDIR\); give another file$/);
    const state = { simMs: 7, world: aWorld().saveState() };
    expect(() => writeWorldState(join(folder, 'none', 'w.json'), state)).toThrow(
      /w\.json cannot be written \(ENOENT\);/,
    );
  });
});
