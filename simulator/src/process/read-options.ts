import { parseArgs } from 'node:util';
import { ScenarioError } from '../scenario/scenario.errors.ts';

export interface DevicesOptions {
  /** Name of a scenario that ships, or a file. */
  readonly scenario: string;
  /** Port of the first site; 0: any free ones. */
  readonly port: number;
  readonly data?: string;
  /** Absent: the scenario's own. */
  readonly seed?: number;
  /** Simulated seconds per second, where no clock is given. */
  readonly speed?: number;
  /** File that keeps the world. */
  readonly state?: string;
}

const USAGE =
  'npm run devices -- [--scenario NAME|FILE] [--port 1502] [--data DIR] [--speed 1] [--seed N] [--state FILE]';
const MOST_PORT = 65_000;
const MOST_SEED = 4_294_967_295;

function parse(args: readonly string[]) {
  const text = { type: 'string' } as const;
  const options = { scenario: text, port: text, data: text, speed: text, seed: text, state: text };
  try {
    return parseArgs({ args: [...args], options }).values;
  } catch (cause) {
    const [reason = ''] = (cause as Error).message.split('\n');
    throw new ScenarioError(`${reason.replace(/\.$/, '')}; use ${USAGE}`, { cause });
  }
}

/** Reads the command line of `npm run devices`. Throws a ScenarioError with one line that says what to give. */
export function readOptions(args: readonly string[]): DevicesOptions {
  const { scenario = 'village', port = '1502', data, speed, seed, state } = parse(args);
  if (state === '') throw new ScenarioError('--state: give a file that keeps the world');
  return {
    scenario,
    port: wholeNumber(port, MOST_PORT) ?? refuse('port', port, 'a port below 65000'),
    ...(data === undefined ? {} : { data }),
    ...(speed === undefined ? {} : { speed: positiveNumber(speed) ?? refuse('speed', speed, 'a positive number') }),
    ...(seed === undefined
      ? {}
      : { seed: wholeNumber(seed, MOST_SEED) ?? refuse('seed', seed, `a whole number from 0 to ${MOST_SEED}`) }),
    ...(state === undefined ? {} : { state }),
  };
}

function wholeNumber(text: string, most: number): number | undefined {
  return /^\d+$/.test(text) && Number(text) <= most ? Number(text) : undefined;
}

function positiveNumber(text: string): number | undefined {
  return Number(text) > 0 && Number.isFinite(Number(text)) ? Number(text) : undefined;
}

function refuse(name: string, text: string, wanted: string): never {
  throw new ScenarioError(`--${name} ${text}: give ${wanted}`);
}
