import { startProcess } from '../child-process.ts';
import { LaunchError } from '../launch-error.ts';
import { findOnPath, WITHOUT_KAFKA, type Environment } from './find-java.ts';

const COPY = 'org.apache.maven.plugins:maven-dependency-plugin:3.7.0:copy-dependencies';
const WITHIN_MS = 300_000;

/** What to do about each way in which Maven fails; the first that its output matches is told. */
const FAILURES: readonly (readonly [RegExp, string])[] = [
  [/No space left on device|ENOSPC/, 'the disk is full: free 200 MB'],
  [
    /offline mode|is offline/,
    'Maven is set offline and its local repository lacks them: let it go online once (settings.xml, MAVEN_ARGS)',
  ],
  [
    /Could not transfer|Unknown host|Connection refused|timed out|unreachable|No route to host/i,
    'Maven reached no repository: check the network, and mirrors and proxies in ~/.m2/settings.xml',
  ],
  [
    /Could not find|was not found|Failure to find/,
    'the repository that Maven asks does not have them: check the mirrors in ~/.m2/settings.xml',
  ],
  [/JAVA_HOME/, 'Maven finds no Java: set JAVA_HOME to one of version 17 or newer'],
];

function failure(output: string): LaunchError {
  const known = FAILURES.find(([symptom]) => symptom.test(output))?.[1];
  const first = output.split('\n').find((line) => line.startsWith('[ERROR]')) ?? output.split('\n').at(-1) ?? '';
  const reason = known ?? `Maven failed: ${first.replace('[ERROR] ', '').slice(0, 200)}`;
  return new LaunchError(`the jars of Kafka cannot be fetched: ${reason}; ${WITHOUT_KAFKA}`);
}

/** The words that start Maven. Throws LaunchError where it is not installed. */
export function findMaven(env: Environment = process.env): readonly string[] {
  const maven = findOnPath('mvn', env);
  if (maven !== undefined) return [maven];
  throw new LaunchError(
    `Maven is not on the PATH, and the jars of Kafka are not fetched yet: install it (Debian: apt install maven), ${WITHOUT_KAFKA}`,
  );
}

/**
 * Lets Maven copy the jars that a POM names, and those they need, into a folder. Throws LaunchError where it cannot, and the
 * signal's reason where that ends it.
 */
export async function fetchWithMaven(
  maven: readonly string[],
  { pom, folder, signal }: { pom: string; folder: string; signal?: AbortSignal | undefined },
): Promise<void> {
  signal?.throwIfAborted();
  const [command, ...words] = maven;
  if (command === undefined) throw new LaunchError('no Maven to start');
  const args = [...words, '-B', '-q', '-f', pom, COPY, `-DoutputDirectory=${folder}`, '-DincludeScope=runtime'];
  const copying = startProcess({ name: 'Maven', command, args, tailLength: 20_000 });
  // With all that a script named mvn has started.
  const end = () => copying.pid > 0 && process.kill(-copying.pid, 'SIGKILL');
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    end();
  }, WITHIN_MS);
  signal?.addEventListener('abort', end);
  const code = await copying.ended;
  signal?.removeEventListener('abort', end);
  clearTimeout(timer);
  signal?.throwIfAborted();
  if (isLate) throw failure(`timed out after ${WITHIN_MS / 1000} s`);
  if (code !== 0) throw failure(copying.tail());
}
