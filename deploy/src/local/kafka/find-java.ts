import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { startProcess } from '../child-process.ts';
import { LaunchError } from '../launch-error.ts';

export const OLDEST_JAVA = 17;
const ANSWERS_WITHIN_MS = 10_000;
export const WITHOUT_KAFKA = 'or use --bus memory, or --kafka HOST:PORT for a broker that runs';

export interface Java {
  readonly command: string;
  /** All that it says of itself: two Javas that say the same can share an archive of classes. */
  readonly version: string;
}

export type Environment = Readonly<Record<string, string | undefined>>;

/** Path of a program that the PATH holds; undefined where it holds none. */
export function findOnPath(name: string, env: Environment = process.env): string | undefined {
  const folders = (env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  return folders.map((folder) => join(folder, name)).find(isExecutable);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** What a Java says of itself; undefined where there is none. A terminal's Ctrl-C does not reach it: that would look like none. */
async function versionOf(command: string): Promise<string | undefined> {
  const asked = startProcess({ name: 'Java', command, args: ['-version'] });
  const timer = setTimeout(() => asked.kill(), ANSWERS_WITHIN_MS);
  const code = await asked.ended;
  clearTimeout(timer);
  return code === 0 ? asked.tail() : undefined;
}

/** Major version, which Java 8 and older call 1.8. */
function majorOf(version: string): number {
  return Number(/version "(?:1\.)?(\d+)/.exec(version)?.[1] ?? 0);
}

/** Finds Java 17 or newer, in JAVA_HOME first. Throws LaunchError where there is none. */
export async function findJava(env: Environment = process.env): Promise<Java> {
  const home = env['JAVA_HOME'];
  const candidates = [home ? join(home, 'bin', 'java') : undefined, findOnPath('java', env)];
  let tooOld = '';
  for (const command of candidates) {
    const version = command === undefined ? undefined : await versionOf(command);
    if (command === undefined || version === undefined) continue;
    if (majorOf(version) >= OLDEST_JAVA) return { command, version };
    tooOld = ` (Java ${majorOf(version)} is, at ${command})`;
  }
  throw new LaunchError(
    `Java ${OLDEST_JAVA} or newer is not on the PATH${tooOld}: install it (Debian: apt install openjdk-17-jre-headless), ${WITHOUT_KAFKA}`,
  );
}
