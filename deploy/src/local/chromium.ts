import { spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { LaunchError } from './launch-error.ts';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** A Chromium of this machine; undefined where there is none on the PATH. */
export function findChromium(path: string): string | undefined {
  return path
    .split(delimiter)
    .flatMap((folder) => NAMES.map((name) => join(folder, name)))
    .find(isExecutable);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * A Chromium for browser tests: the machine's own, else brought by its packages where this process may install some. Throws
 * LaunchError where neither can be had.
 */
export async function bringChromium(path: string, say: (line: string) => void): Promise<string> {
  const found = findChromium(path);
  if (found !== undefined) return found;
  const how = 'install Chromium (package chromium) and run the tests again';
  if (process.getuid?.() !== 0 || !isExecutable('/usr/bin/apt-get')) throw new LaunchError(`no Chromium here: ${how}`);
  say('bringing Chromium by apt-get ...');
  const install = ['install', '-y', '-qq', '--no-install-recommends', 'chromium'];
  const isThere = (await aptGet(install)) || ((await aptGet(['update', '-qq'])) && (await aptGet(install)));
  const brought = isThere ? findChromium(path) : undefined;
  if (brought === undefined) throw new LaunchError(`apt-get could not bring Chromium: ${how}`);
  return brought;
}

function aptGet(args: readonly string[]): Promise<boolean> {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const child = spawn('/usr/bin/apt-get', args, { stdio: 'ignore', env });
  return new Promise((resolve) => {
    child.once('error', () => resolve(false));
    child.once('exit', (code) => resolve(code === 0));
  });
}
