import { LaunchError } from './local/launch-error.ts';

interface Places {
  readonly databaseUrl?: string | undefined;
  readonly chainUrl?: string | undefined;
  readonly brokers?: readonly string[] | undefined;
}

const OPTION = { databaseUrl: '--database', chainUrl: '--chain', brokers: '--kafka' } as const;

/** Servers of the person's own that hold a part of a community: what a later start, and an audit, must know of them. */
export function placesOf({ databaseUrl, chainUrl, brokers }: Places): {
  databaseUrl?: string;
  chainUrl?: string;
  brokers?: string[];
} {
  return {
    ...(databaseUrl === undefined ? {} : { databaseUrl }),
    ...(chainUrl === undefined ? {} : { chainUrl }),
    ...(brokers === undefined ? {} : { brokers: [...brokers] }),
  };
}

/** A server's address without its secrets. */
function addressOf(place: string | readonly string[] | undefined): string | undefined {
  if (place === undefined) return undefined;
  if (typeof place !== 'string') return [...place].sort().join(',');
  const { host, pathname } = new URL(place);
  return `${host}${pathname === '/' ? '' : pathname}`;
}

/** Throws LaunchError where a part of the earlier state lies on another server than the one asked for: it would be missing. */
export function assertSameServers(earlier: Places, asked: Places): void {
  for (const name of ['databaseUrl', 'chainUrl', 'brokers'] as const) {
    const [was, is] = [addressOf(earlier[name]), addressOf(asked[name])];
    if (was === is) continue;
    const where = was === undefined ? 'in this folder' : `at ${was}`;
    const remedy = was === undefined ? `start without ${OPTION[name]}` : `give ${OPTION[name]} with that address`;
    throw new LaunchError(`a part of the earlier state lies ${where}: ${remedy}, or --fresh to forget it`);
  }
}
