import { isAbsolute, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { LaunchError } from '../local/launch-error.ts';

export interface KillOptions {
  /** Blows in all. */
  readonly times: number;
  readonly pauseS: number;
  readonly seed: number;
  readonly jsonFile?: string;
}

const text = { type: 'string' } as const;
const OPTIONS = { times: text, pause: text, seed: text, json: text };

/** Reads the command line of `npm run kill`. Throws LaunchError with one line that says what to give. */
export function readKillOptions(args: readonly string[], calledFrom: string): KillOptions {
  const given = parsed(args);
  const file = given.json;
  return {
    times: wholeNumber('times', given.times ?? '30', 1000),
    pauseS: wholeNumber('pause', given.pause ?? '10', 300),
    seed: wholeNumber('seed', given.seed ?? '1', 4_294_967_295),
    ...(file === undefined ? {} : { jsonFile: isAbsolute(file) ? file : resolve(calledFrom, file) }),
  };
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, allowPositionals: false }).values;
  } catch (cause) {
    const [line = ''] = (cause as Error).message.split(/\. |\.?\n/);
    throw new LaunchError(`${line}; the options are --times N --pause SECONDS --seed N --json FILE`, { cause });
  }
}

function wholeNumber(name: string, given: string, max: number): number {
  if (!/^\d+$/.test(given) || Number(given) < 1 || Number(given) > max)
    throw new LaunchError(`--${name} ${given}: give a whole number from 1 to ${max}`);
  return Number(given);
}
