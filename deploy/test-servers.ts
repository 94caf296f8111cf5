import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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

async function startTestKafka(folder: string): Promise<LocalKafka | undefined> {
  if (!(await canTestKafka())) return undefined;
  return startKafka({ folder, port: await freePort(), isDurable: false });
}

/**
 * Vitest's global set-up: one embedded PostgreSQL and one Kafka for the whole run, in WATTMESH_TEST_DATABASE and WATTMESH_TEST_KAFKA.
 * Both start at a time, so Kafka costs a run that does not need it little.
 */
export async function setup(): Promise<() => Promise<void>> {
  const folder = mkdtempSync(join(tmpdir(), 'wattmesh-test-'));
  const [postgres, kafka] = await Promise.allSettled([
    freePort().then((port) => startPostgres({ folder, port, isDurable: false })),
    startTestKafka(join(folder, 'kafka')),
  ]);
  const teardown = async () => {
    const started = [postgres, kafka].flatMap((server) => (server.status === 'fulfilled' ? [server.value] : []));
    await Promise.all(started.map(async (server) => server?.stop()));
    rmSync(folder, { recursive: true, force: true });
  };
  const failed = [postgres, kafka].find((server) => server.status === 'rejected');
  if (postgres.status === 'rejected' || kafka.status === 'rejected') {
    await teardown();
    throw failed?.reason;
  }
  process.env['WATTMESH_TEST_DATABASE'] = postgres.value.url;
  if (kafka.value) process.env['WATTMESH_TEST_KAFKA'] = kafka.value.brokers;
  process.env['WATTMESH_DATA'] ??= join(import.meta.dirname, '..', '..', 'shared', 'data');
  return teardown;
}
