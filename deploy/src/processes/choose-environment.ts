import type { ServiceName } from './name-instances.ts';

/**
 * Environment of a service's process: this machine's, without what belongs to the launcher, to npm or to services; its own settings, and not
 * those of others; and what every service is told. So no service knows another's secrets.
 *
 * Pure. Example: the market gets no SETTLEMENT_OPERATOR_KEY, the gateway no DATABASE_URL.
 */
export function chooseEnvironment(
  service: ServiceName,
  from: {
    readonly machine: Readonly<Record<string, string | undefined>>;
    /** Settings of all services, each named after its service. */
    readonly settings: Readonly<Record<string, string>>;
    /** What every service is told. */
    readonly told: Readonly<Record<string, string>>;
    readonly databaseUrl: string;
  },
): Record<string, string> {
  const isOwn = ([name]: [string, string]) => name.startsWith(`${service.toUpperCase()}_`) || name === 'LOG_LEVEL';
  return {
    ...machineEnvironment(from.machine),
    ...Object.fromEntries(Object.entries(from.settings).filter(isOwn)),
    ...from.told,
    ...(service === 'gateway' ? {} : { DATABASE_URL: from.databaseUrl }),
  };
}

const NOT_THE_MACHINES =
  /^(wattmesh_|npm_|node_|kafka_|portal_|gateway_|forecaster_|dispatcher_|market_|settlement_|init_cwd$|database_url$|port$|log_level$)/i;

/** What of an environment is of the machine: paths, languages, proxies. */
export function machineEnvironment(env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const own = Object.entries(env).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && !NOT_THE_MACHINES.test(entry[0]),
  );
  return Object.fromEntries(own);
}
