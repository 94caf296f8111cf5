import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Profiles } from '../profiles/profiles.ts';
import type { Scenario } from '../scenario/scenario.schema.ts';
import { writeHistoryCsv, writeWeatherCsv } from './forecast-inputs.ts';

const DAY_MS = 86_400_000;

/**
 * Writes the forecaster's two files: the past of every household for some days before the start, and the day-ahead weather of those days and of
 * the run. Deterministic by the scenario's seed; each file appears whole or not at all.
 */
export function writeForecastInputs(
  world: { scenario: Scenario; profiles: Profiles },
  target: { historyFile: string; weatherFile: string; days?: number; horizonDays?: number },
): void {
  const startMs = Date.parse(world.scenario.startsAt);
  const fromMs = startMs - (target.days ?? 42) * DAY_MS;
  writeWhole(target.historyFile, writeHistoryCsv(world, { fromMs, untilMs: startMs }));
  writeWhole(
    target.weatherFile,
    writeWeatherCsv(world, { fromMs, untilMs: startMs + (target.horizonDays ?? 9) * DAY_MS }),
  );
}

function writeWhole(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(`${file}.part`, text);
  renameSync(`${file}.part`, file);
}
