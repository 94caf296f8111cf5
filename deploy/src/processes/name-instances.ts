/**
 * Which processes a control plane consists of: each service once, and those without a state of their own as often as asked for.
 * The gateway owns its devices' sessions and its log, so it is always one.
 *
 * Pure. Example: with 2, the market runs as `market` and `market-2`.
 */
export const SERVICE_NAMES = ['portal', 'gateway', 'forecaster', 'dispatcher', 'market', 'settlement'] as const;
export type ServiceName = (typeof SERVICE_NAMES)[number];

export interface Instance {
  readonly name: string;
  readonly service: ServiceName;
}

const ALWAYS_ONE: ReadonlySet<ServiceName> = new Set(['gateway']);

export function nameInstances(instances: number): Instance[] {
  return SERVICE_NAMES.flatMap((service) =>
    Array.from({ length: ALWAYS_ONE.has(service) ? 1 : instances }, (_, index) => ({
      name: index === 0 ? service : `${service}-${index + 1}`,
      service,
    })),
  );
}
