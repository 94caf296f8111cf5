import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readKillOptions } from './kill/kill-options.ts';
import { killRun } from './kill/kill-run.ts';
import { LaunchError } from './local/launch-error.ts';

const ROOT = process.env['WATTMESH_ROOT'] ?? process.cwd();
const CALLED_FROM = process.env['WATTMESH_CALLED_FROM'] ?? process.cwd();

try {
  const { jsonFile, ...options } = readKillOptions(process.argv.slice(2), CALLED_FROM);
  const say = (line: string) => void process.stdout.write(`${line}\n`);
  const report = await killRun(join(ROOT, '.wattmesh'), options, say);
  const { readings, meterings, commands, trades, payments } = report.counts;
  const { gaps, disorders, parkedKeys } = report.consumers;
  say(`${readings} readings, ${meterings} meterings, ${commands} commands, ${trades} trades, ${payments} payments`);
  say(`consumers saw ${gaps} gaps and ${disorders} events out of order; ${parkedKeys.length} keys are parked`);
  for (const parked of parkedKeys) say(`     ${parked}`);
  say(`${report.behind.length} consumer groups are behind; ${report.deadLetters} events were given up meanwhile`);
  for (const { group, members, records } of report.behind)
    say(`     ${group}: ${members === 0 ? 'nobody consumes for it' : `${records} events are not handled`}`);
  say(
    report.isWhole
      ? `${report.acts.length} blows: nothing lost, nothing doubled`
      : 'something was lost or doubled: see above',
  );
  if (jsonFile !== undefined) writeFileSync(jsonFile, `${JSON.stringify(report, null, 2)}\n`);
  process.exitCode = report.isWhole ? 0 : 1;
} catch (error) {
  if (!(error instanceof LaunchError)) throw error;
  process.stderr.write(`wattmesh: ${error.message}\n`);
  process.exitCode = 2;
}
