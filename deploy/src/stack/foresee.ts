import { existsSync } from 'node:fs';
import { writeForecastInputs, type Profiles, type Scenario } from '@wattmesh/simulator';
import { historyFileOf, weatherFileOf } from './service-environment.ts';

/** Writes what the forecaster learns from, the past of a scenario and its weather, where it is not there yet. */
export function foresee(plan: { scenario: Scenario; profiles: Profiles }, folder: string): void {
  const [historyFile, weatherFile] = [historyFileOf(folder), weatherFileOf(folder)];
  if (!existsSync(historyFile) || !existsSync(weatherFile)) writeForecastInputs(plan, { historyFile, weatherFile });
}
