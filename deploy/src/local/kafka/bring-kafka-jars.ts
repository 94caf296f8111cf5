import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { LaunchError } from '../launch-error.ts';
import { fetchWithMaven, findMaven } from './fetch-with-maven.ts';
import { MANIFEST, readWholeFolder, writeManifest, type Jar } from './jar-manifest.ts';

/** Beside the sources only: the compiler copies no XML to `dist`. */
const POM = join(import.meta.dirname, '..', '..', '..', 'src', 'local', 'kafka', 'pom.xml');
const DRAFT = '.draft-';
const FORGOTTEN_AFTER_MS = 3_600_000;

export interface KafkaJars {
  readonly folder: string;
  readonly version: string;
  readonly jars: readonly Jar[];
}

export interface BringOptions {
  /** Folder that all runs of a person share; by default `wattmesh` in XDG_CACHE_HOME or ~/.cache. */
  readonly cache?: string;
  /** Words that start Maven; by default the `mvn` of the PATH. */
  readonly maven?: readonly string[];
  readonly onProgress?: (line: string) => void;
  /** Ends the fetching. */
  readonly signal?: AbortSignal;
}

/** Version of Kafka that the POM names. */
export function kafkaVersion(): string {
  const version = /<artifactId>kafka_[\d.]+<\/artifactId>\s*<version>([\d.]+)</.exec(readFileSync(POM, 'utf8'))?.[1];
  if (version === undefined) throw new LaunchError(`${POM} names no version of Kafka`);
  return version;
}

function targetOf(cache: string): string {
  const hash = createHash('sha256').update(readFileSync(POM)).digest('hex').slice(0, 12);
  return join(cache, `kafka-${kafkaVersion()}-${hash}`);
}

function cacheOf({ cache }: BringOptions): string {
  return cache ?? join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'wattmesh');
}

/** The jars where they lie whole in the cache; undefined where they have to be fetched. */
export function findKafkaJars(options: BringOptions = {}): KafkaJars | undefined {
  const folder = targetOf(cacheOf(options));
  const jars = readWholeFolder(folder);
  return jars && { folder, version: kafkaVersion(), jars };
}

/** Drafts that a killed run left. */
function removeForgotten(cache: string): void {
  for (const name of readdirSync(cache).filter((entry) => entry.startsWith(DRAFT))) {
    const draft = join(cache, name);
    const age = Date.now() - (statSync(draft, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
    if (age > FORGOTTEN_AFTER_MS) rmSync(draft, { recursive: true, force: true });
  }
}

function isTaken(error: unknown): boolean {
  return ['ENOTEMPTY', 'EEXIST', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '');
}

/**
 * Puts a whole draft in its place in one step. Where a folder is there already, damaged or another process's, each file replaces its
 * namesake in one step instead, the manifest last: who runs from that folder keeps what it opened.
 */
function place(draft: string, target: string): void {
  try {
    renameSync(draft, target);
  } catch (error) {
    if (!isTaken(error)) throw error;
    const names = readdirSync(draft).filter((name) => name !== MANIFEST);
    for (const name of [...names, MANIFEST]) renameSync(join(draft, name), join(target, name));
  }
}

function explain(error: unknown, cache: string): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (error instanceof LaunchError || typeof code !== 'string') return error;
  const advice = code === 'ENOSPC' ? 'free 200 MB there' : 'make it a folder of yours, or set XDG_CACHE_HOME to one';
  return new LaunchError(`the jars of Kafka cannot be kept in ${cache} (${code}): ${advice}`, { cause: error });
}

/**
 * Brings the jars of Kafka into the person's cache by Maven, once; a missing or damaged jar is fetched again.
 * Several processes may do so at a time. Throws LaunchError with what to do where they cannot be had.
 */
export async function bringKafkaJars(options: BringOptions = {}): Promise<KafkaJars> {
  const found = findKafkaJars(options);
  if (found) return found;
  const maven = options.maven ?? findMaven();
  const cache = cacheOf(options);
  let draft: string | undefined;
  try {
    mkdirSync(cache, { recursive: true });
    removeForgotten(cache);
    draft = mkdtempSync(join(cache, DRAFT));
    options.onProgress?.(`fetching Apache Kafka ${kafkaVersion()} with Maven, once`);
    await fetchWithMaven(maven, { pom: POM, folder: draft, signal: options.signal });
    writeManifest(draft);
    place(draft, targetOf(cache));
  } catch (error) {
    throw explain(error, cache);
  } finally {
    if (draft !== undefined) rmSync(draft, { recursive: true, force: true });
  }
  const brought = findKafkaJars(options);
  if (brought) return brought;
  throw new LaunchError(`the jars of Kafka in ${targetOf(cache)} are not whole: delete that folder and start again`);
}
