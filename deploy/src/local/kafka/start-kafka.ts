import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ServerProcess } from '../child-process.ts';
import { LaunchError } from '../launch-error.ts';
import { assertPortFree, freePort } from '../ports.ts';
import { answersKafka } from './answers-kafka.ts';
import { bringKafkaJars, type BringOptions } from './bring-kafka-jars.ts';
import { waitUntilUnheld } from './broker-lock.ts';
import { brokerProperties, LOGGING_PROPERTIES, type BrokerSettings } from './broker-properties.ts';
import { ClassArchive } from './class-archive.ts';
import { findJava } from './find-java.ts';
import { reasonOfEnd } from './reason-of-end.ts';
import { runKafkaClass, type KafkaRun } from './run-kafka-class.ts';
import { claimFolder, formatStorage } from './storage.ts';

const READY_WITHIN_MS = 60_000;

export interface LocalKafka {
  /** Where clients find it: `127.0.0.1:PORT`. */
  readonly brokers: string;
  readonly pid: number;
  /** Settles when the broker has ended, whoever ended it. */
  readonly ended: Promise<number | null>;
  stop(): Promise<void>;
  /** Why it ended, for a message. */
  tail(): string;
}

export interface KafkaOptions {
  readonly folder: string;
  readonly port: number;
  /** A free port by default; only the broker itself uses it. */
  readonly controllerPort?: number;
  /** False for tests only: a crash of the machine may then lose what was acknowledged. */
  readonly isDurable?: boolean;
  readonly jars?: BringOptions;
}

const brokersOf = (port: number): string => `127.0.0.1:${port}`;

async function waitUntilReady(server: ServerProcess, { folder, port }: KafkaOptions): Promise<void> {
  const deadline = Date.now() + READY_WITHIN_MS;
  const state = { ended: false };
  void server.ended.then(() => (state.ended = true));
  while (Date.now() < deadline && !state.ended) {
    if (await answersKafka(brokersOf(port))) return;
    await sleep(50);
  }
  await server.stop('SIGKILL');
  const reason =
    reasonOfEnd(folder, server.tail()) ?? (state.ended ? 'it ended' : `no answer in ${READY_WITHIN_MS / 1000} s`);
  throw new LaunchError(`Kafka did not start: ${reason}; its log is in ${join(folder, 'log')}`);
}

function prepareFolder(folder: string, version: string, settings: BrokerSettings): void {
  try {
    mkdirSync(join(folder, 'log'), { recursive: true, mode: 0o700 });
    claimFolder(folder, version);
    writeFileSync(join(folder, 'logging.properties'), LOGGING_PROPERTIES);
    writeFileSync(join(folder, 'server.properties'), brokerProperties(settings));
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === undefined) throw cause;
    throw new LaunchError(`Kafka's folder ${folder} cannot be written (${code}): free space or mend its permissions`, {
      cause,
    });
  }
}

/**
 * Starts Apache Kafka, one node, on 127.0.0.1 with its data under `folder`, making both where they are missing. It ends with this
 * process. Throws LaunchError where Java or the jars are missing, the port is taken or the broker does not come up.
 */
export async function startKafka(options: KafkaOptions): Promise<LocalKafka> {
  const { folder, port } = options;
  const data = join(folder, 'data');
  const [java, jars] = await Promise.all([findJava(), bringKafkaJars(options.jars)]);
  await waitUntilUnheld(data);
  await assertPortFree(port, 'Kafka', '--kafka HOST:PORT');
  const controllerPort = options.controllerPort ?? (await freePort());
  await assertPortFree(controllerPort, "Kafka's controller");
  const settings = { port, controllerPort, dataFolder: 'data', isDurable: options.isDurable ?? true };
  prepareFolder(folder, jars.version, settings);
  const archive = new ClassArchive(jars, java, folder);
  const run: KafkaRun = { folder, java, jars };
  await formatStorage(run, settings, archive.readingWords);
  const server = runKafkaClass(run, archive.words, ['kafka.Kafka', 'server.properties']);
  await waitUntilReady(server, options);
  return {
    brokers: brokersOf(port),
    pid: server.pid,
    ended: server.ended,
    tail: () => reasonOfEnd(folder, server.tail()) ?? '',
    async stop() {
      await server.stop('SIGTERM');
      archive.keep();
    },
  };
}
