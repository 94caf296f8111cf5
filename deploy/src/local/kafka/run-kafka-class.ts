import { join } from 'node:path';
import { startProcess, type ServerProcess } from '../child-process.ts';
import type { KafkaJars } from './bring-kafka-jars.ts';
import type { Java } from './find-java.ts';

/** The first compiler only: a broker starts in half the time and is as fast as one node needs. */
const JAVA_WORDS = [
  '-Xmx384m',
  '-XX:+UseSerialGC',
  '-XX:TieredStopAtLevel=1',
  '-XX:+ExitOnOutOfMemoryError',
  '-XX:-UsePerfData',
  '-Xlog:disable',
  '-Xlog:all=error:stderr',
  '-Djava.awt.headless=true',
  '-Djava.net.preferIPv4Stack=true',
  '-Djava.util.logging.config.file=logging.properties',
];

export interface KafkaRun {
  /** The broker's folder, in which the class is started. */
  readonly folder: string;
  readonly java: Java;
  readonly jars: KafkaJars;
}

/** Starts a class of Kafka's jars; `javaWords` go to Java, `words` are the class and its arguments. */
export function runKafkaClass(run: KafkaRun, javaWords: readonly string[], words: readonly string[]): ServerProcess {
  const classPath = run.jars.jars.map(({ name }) => join(run.jars.folder, name)).join(':');
  const args = [...JAVA_WORDS, ...javaWords, '-cp', classPath, ...words];
  return startProcess({ name: 'Kafka', command: run.java.command, args, cwd: run.folder });
}
