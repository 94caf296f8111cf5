import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bringChromium } from './src/local/chromium.ts';
import { bringKafkaJars } from './src/local/kafka/bring-kafka-jars.ts';
import { findJava } from './src/local/kafka/find-java.ts';
import { startKafka, type LocalKafka } from './src/local/kafka/start-kafka.ts';
import { LaunchError } from './src/local/launch-error.ts';
import { freePort } from './src/local/ports.ts';
import { startPostgres } from './src/local/postgres.ts';

/** Whether Kafka can run here, with its jars brought; where not, a developer reads why, and CI fails. */
async function canTestKafka(): Promise<boolean> {
  try {
    await Promise.all([findJava(), bringKafkaJars({ onProgress: (line) => process.stderr.write(`${line}\n`) })]);
    return true;
  } catch (error) {
    if (!(error instanceof LaunchError) || process.env['CI'] === 'true') throw error;
    process.stderr.write(`The specs that need Kafka are skipped: ${error.message}\n`);
    return false;
  }
}

/** A Chromium for the browser tests; where none can be had, a developer reads why, and CI fails. */
async function chromiumToTestWith(): Promise<string | undefined> {
  try {
    return await bringChromium(process.env['PATH'] ?? '', (line) => process.stderr.write(`${line}\n`));
  } catch (error) {
    if (!(error instanceof LaunchError) || process.env['CI'] === 'true') throw error;
    process.stderr.write(`The browser tests are skipped: ${error.message}\n`);
    return undefined;
  }
}

async function startTestKafka(folder: string): Promise<LocalKafka | undefined> {
  if (!(await canTestKafka())) return undefined;
  return startKafka({ folder, port: await freePort(), isDurable: false });
}

/**
 * Vitest's global set-up: one embedded PostgreSQL and one Kafka for the whole run, and a Chromium, in WATTMESH_TEST_DATABASE,
 * WATTMESH_TEST_KAFKA and WATTMESH_TEST_CHROMIUM. All are brought at a time, so they cost a run that needs none of them little.
 */
export async function setup(): Promise<() => Promise<void>> {
  const folder = mkdtempSync(join(tmpdir(), 'wattmesh-test-'));
  const [postgres, kafka, chromium] = await Promise.allSettled([
    freePort().then((port) => startPostgres({ folder, port, isDurable: false })),
    startTestKafka(join(folder, 'kafka')),
    chromiumToTestWith(),
  ]);
  const teardown = async () => {
    const started = [postgres, kafka].flatMap((server) => (server.status === 'fulfilled' ? [server.value] : []));
    await Promise.all(started.map(async (server) => server?.stop()));
    rmSync(folder, { recursive: true, force: true });
  };
  if (postgres.status === 'rejected' || kafka.status === 'rejected' || chromium.status === 'rejected') {
    await teardown();
    throw [postgres, kafka, chromium].find((part) => part.status === 'rejected')?.reason;
  }
  process.env['WATTMESH_TEST_DATABASE'] = postgres.value.url;
  if (kafka.value) process.env['WATTMESH_TEST_KAFKA'] = kafka.value.brokers;
  if (chromium.value !== undefined) process.env['WATTMESH_TEST_CHROMIUM'] = chromium.value;
  process.env['WATTMESH_DATA'] ??= join(import.meta.dirname, '..', '..', 'shared', 'data');
  return teardown;
}
