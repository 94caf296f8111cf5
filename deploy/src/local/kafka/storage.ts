import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LaunchError } from '../launch-error.ts';
import { brokerProperties, type BrokerSettings } from './broker-properties.ts';
import { reasonOfEnd } from './reason-of-end.ts';
import { runKafkaClass, type KafkaRun } from './run-kafka-class.ts';

const DRAFT = 'data.draft';
const FORMAT = 'format.properties';

function isNewer(version: string, than: string): boolean {
  return version.localeCompare(than, 'en', { numeric: true }) > 0;
}

/** Notes the version that writes a broker's folder. Throws LaunchError where a newer one wrote there. */
export function claimFolder(folder: string, version: string): void {
  const file = join(folder, 'version');
  const last = existsSync(file) ? readFileSync(file, 'utf8').trim() : version;
  if (isNewer(last, version)) {
    throw new LaunchError(
      `Kafka ${last} wrote ${folder}, which ${version} cannot read: start with --fresh, or take the Wattmesh that wrote it`,
    );
  }
  writeFileSync(file, `${version}\n`);
}

/** Makes the data folder where it is missing, in one step, so that a killed run leaves none that is half made. */
export async function formatStorage(
  run: KafkaRun,
  settings: BrokerSettings,
  javaWords: readonly string[],
): Promise<void> {
  const data = join(run.folder, settings.dataFolder);
  if (existsSync(data)) return;
  rmSync(join(run.folder, DRAFT), { recursive: true, force: true });
  writeFileSync(join(run.folder, FORMAT), brokerProperties({ ...settings, dataFolder: DRAFT }));
  const words = [
    'kafka.tools.StorageTool',
    'format',
    `--cluster-id=${randomBytes(16).toString('base64url')}`,
    `--config=${FORMAT}`,
  ];
  const tool = runKafkaClass(run, javaWords, words);
  if ((await tool.ended) !== 0) {
    throw new LaunchError(
      `Kafka could not make its data folder: ${reasonOfEnd(run.folder, tool.tail()) ?? 'it was ended'}`,
    );
  }
  renameSync(join(run.folder, DRAFT), data);
  rmSync(join(run.folder, FORMAT));
}
