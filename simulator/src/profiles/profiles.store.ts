import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { ScenarioError } from '../scenario/scenario.errors.ts';
import type { Scenario } from '../scenario/scenario.schema.ts';
import { generateProfiles } from './generate-profiles.ts';
import type { Profiles } from './profiles.ts';
import { readCityLearn, type CsvFile } from './read-citylearn.ts';

/**
 * Profiles of a scenario: from the CityLearn 2022 files in the folder (itself, or its `citylearn2022`), or the seeded model where no folder is
 * given. Throws a ScenarioError that says what to do.
 */
export function loadProfiles(scenario: Scenario, dataFolder?: string): Profiles {
  if (dataFolder === undefined) return generateProfiles(scenario);
  const inner = join(dataFolder, 'citylearn2022');
  const folder = existsSync(inner) ? inner : dataFolder;
  const households = scenario.sites.flatMap((site) =>
    site.household ? [{ siteId: site.siteId, ...site.household }] : [],
  );
  return readCityLearn({
    timeZone: scenario.community.timeZone,
    place: scenario.place,
    buildings: new Map(households.map(({ siteId, building }) => [siteId, readCsv(folder, `Building_${building}.csv`)])),
    weather: readCsv(folder, 'weather.csv'),
  });
}

function readCsv(folder: string, file: string): CsvFile {
  const plain = join(folder, file);
  if (existsSync(plain)) return { file, text: readFileSync(plain, 'utf8') };
  const packed = `${plain}.gz`;
  if (!existsSync(packed)) {
    throw new ScenarioError(
      `no ${file} or ${file}.gz in ${folder}; point --data at the CityLearn 2022 folder or leave it out`,
    );
  }
  try {
    return { file: `${file}.gz`, text: gunzipSync(readFileSync(packed)).toString('utf8') };
  } catch (cause) {
    throw new ScenarioError(`${file}.gz in ${folder} cannot be unpacked; fetch the CityLearn 2022 file again`, {
      cause,
    });
  }
}
