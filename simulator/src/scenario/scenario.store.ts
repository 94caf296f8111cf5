import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseScenario } from './parse-scenario.ts';
import { ScenarioError } from './scenario.errors.ts';
import type { Scenario } from './scenario.schema.ts';

/** Folder of the scenarios that come with the simulator. */
const FOLDER = fileURLToPath(new URL('../../scenarios/', import.meta.url));

/** Scenario by its name (`village`) or by the path of its JSON file. Throws a ScenarioError that says what to do. */
export function loadScenario(nameOrFile: string): Scenario {
  const file = existsSync(nameOrFile) && nameOrFile.endsWith('.json') ? nameOrFile : join(FOLDER, `${nameOrFile}.json`);
  if (!existsSync(file)) {
    throw new ScenarioError(
      `no scenario "${nameOrFile}"; take one of ${scenarioNames().join(', ')} or the path of a .json file`,
    );
  }
  return parseScenario(readText(file), basename(file));
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new ScenarioError(`${file} cannot be read: ${(cause as Error).message}`, { cause });
  }
}

/** Names of the scenarios that come with the simulator. */
export function scenarioNames(): string[] {
  return readdirSync(FOLDER)
    .filter((file) => file.endsWith('.json'))
    .map((file) => basename(file, '.json'))
    .sort();
}
