import { isAbsolute, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { BusKind } from './choose-bus.ts';
import { LaunchError } from './local/launch-error.ts';

export interface StartOptions {
  /** Name of a scenario that ships, or a file. */
  readonly scenario: string;
  /** Simulated seconds per wall second. */
  readonly speed: number;
  /** `step` jumps from timer to timer and ends by itself: deterministic; it needs `intervals`. */
  readonly clock: 'scaled' | 'step';
  /** Settled intervals after which to stop; absent: run until ended. */
  readonly intervals?: number;
  readonly jsonFile?: string;
  /** Absent: Kafka where it can run. */
  readonly bus?: BusKind;
  /** HOST:PORT of Kafka brokers of one's own. */
  readonly brokers?: readonly string[];
  /** Processes of each service that may run in several. */
  readonly instances: number;
  readonly databaseUrl?: string;
  readonly chainUrl?: string;
  /** Private key of the operator's account on a chain of one's own. */
  readonly operatorKey?: string;
  readonly dataFolder?: string;
  readonly seed?: number;
  readonly isFresh: boolean;
  readonly port: number;
  /** Name of a drill: a dishonest act that the audit must find. */
  readonly drill?: string;
  readonly stateFolder: string;
}

const OPTIONS = {
  scenario: { type: 'string' },
  speed: { type: 'string' },
  clock: { type: 'string' },
  intervals: { type: 'string' },
  json: { type: 'string' },
  bus: { type: 'string' },
  kafka: { type: 'string' },
  instances: { type: 'string' },
  database: { type: 'string' },
  chain: { type: 'string' },
  data: { type: 'string' },
  seed: { type: 'string' },
  fresh: { type: 'boolean' },
  port: { type: 'string' },
  drill: { type: 'string' },
} as const;

const MOST_INSTANCES = 4;

function wholeNumber(name: string, text: string, range: { min: number; max: number }): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < range.min || value > range.max) {
    throw new LaunchError(`--${name} ${text}: give a whole number from ${range.min} to ${range.max}`);
  }
  return value;
}

function speedOf(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value) || value < 1 || value > 3600)
    throw new LaunchError(`--speed ${text}: give simulated seconds per second, from 1 to 3600`);
  return value;
}

function oneOf<T extends string>(name: string, text: string, allowed: readonly T[]): T {
  const found = allowed.find((value) => value === text);
  if (!found) throw new LaunchError(`--${name} ${text}: give one of ${allowed.join(', ')}`);
  return found;
}

function brokersOf(text: string): string[] {
  const brokers = text.split(',');
  if (!brokers.every((broker) => /^[^\s:/]+:\d{1,5}$/.test(broker)))
    throw new LaunchError(`--kafka ${text}: give HOST:PORT, or several with commas between them`);
  return brokers;
}

function urlOf(name: string, text: string, protocols: readonly string[]): string {
  const protocol = URL.canParse(text) ? new URL(text).protocol : '';
  if (!protocols.includes(protocol))
    throw new LaunchError(
      `--${name} ${text}: give a URL that begins with ${protocols.map((value) => `${value}//`).join(' or ')}`,
    );
  return text;
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, allowPositionals: false }).values;
  } catch (cause) {
    const [line = ''] = (cause as Error).message.split(/\. |\.?\n/);
    throw new LaunchError(
      `${line}; the options are ${Object.keys(OPTIONS)
        .map((name) => `--${name}`)
        .join(' ')}`,
      { cause },
    );
  }
}

/** Relative files are meant from where the person stands, not from where npm runs scripts. */
const fileFrom = (folder: string, file: string): string => (isAbsolute(file) ? file : resolve(folder, file));

/**
 * Reads the command line of `npm start`. Throws LaunchError with one line that says what to give.
 * `calledFrom` and `root` are folders: where the person stands, and the project's.
 */
export function readStartOptions(args: readonly string[], where: { calledFrom: string; root: string }): StartOptions {
  const given = parsed(args);
  const clock = oneOf('clock', given.clock ?? 'scaled', ['scaled', 'step']);
  if (clock === 'step' && given.intervals === undefined)
    throw new LaunchError('--clock step: give --intervals too, for it ends by itself');
  return {
    scenario: given.scenario ?? 'village',
    speed: speedOf(given.speed ?? '60'),
    clock,
    instances: wholeNumber('instances', given.instances ?? '1', { min: 1, max: MOST_INSTANCES }),
    isFresh: given.fresh ?? false,
    port: wholeNumber('port', given.port ?? '8080', { min: 0, max: 65_535 }),
    stateFolder: resolve(where.root, '.wattmesh'),
    ...(given.intervals === undefined
      ? {}
      : { intervals: wholeNumber('intervals', given.intervals, { min: 1, max: 100_000 }) }),
    ...(given.bus === undefined ? {} : { bus: oneOf('bus', given.bus, ['kafka', 'memory']) }),
    ...(given.kafka === undefined ? {} : { brokers: brokersOf(given.kafka) }),
    ...(given.json === undefined ? {} : { jsonFile: fileFrom(where.calledFrom, given.json) }),
    ...(given.data === undefined ? {} : { dataFolder: fileFrom(where.calledFrom, given.data) }),
    ...(given.drill === undefined ? {} : { drill: given.drill }),
    ...(given.seed === undefined ? {} : { seed: wholeNumber('seed', given.seed, { min: 0, max: 4_294_967_295 }) }),
    ...(given.database === undefined
      ? {}
      : { databaseUrl: urlOf('database', given.database, ['postgres:', 'postgresql:']) }),
    ...(given.chain === undefined ? {} : { chainUrl: urlOf('chain', given.chain, ['http:', 'https:']) }),
  };
}
