/** Environment variables as a service sees them. */
export type Environment = Record<string, string | undefined>;

/** Injection token of the environment. */
export const ENV = Symbol('wattmesh:env');

/** Environment of the process. */
export function processEnvironment(): Environment {
  return { ...process.env };
}

/** Level of the logs: LOG_LEVEL, else `info`, and silence in tests. */
export function logLevelOf(env: Environment): string {
  return env['LOG_LEVEL'] ?? (process.env['VITEST'] === undefined ? 'info' : 'silent');
}
