import type { Provider } from '@nestjs/common';
import type { z, ZodObject } from 'zod';
import { DomainError } from './domain-error.ts';
import { ENV, type Environment } from './environment.config.ts';

/** Environment variables that a service cannot start with, all of them named. */
export class InvalidConfigError extends DomainError {
  readonly code = 'PLATFORM_CONFIG_INVALID';

  constructor(issues: readonly string[], options?: ErrorOptions) {
    super(`set these environment variables right and start again: ${issues.join('; ')}`, options ?? {});
  }
}

/** A class whose instances are the parsed, frozen environment. */
export interface ConfigClass<T extends object> {
  new (env: Environment): Readonly<T>;
  /** The variables: what `.env.example` is held to. */
  readonly schema: ZodObject;
  /** Nest provider of the class, read from the injected environment. */
  readonly provider: Provider;
}

/** Makes a config class from a schema: `class MarketConfig extends configOf(z.object({ ... })) {}`. */
export function configOf<S extends z.ZodObject>(schema: S): ConfigClass<z.infer<S>> {
  class Config {
    static readonly schema = schema;

    constructor(env: Environment) {
      const parsed = schema.safeParse(env);
      if (!parsed.success) {
        const issues = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
        throw new InvalidConfigError(issues, { cause: parsed.error });
      }
      Object.freeze(Object.assign(this, parsed.data));
    }

    static get provider(): Provider {
      return { provide: this, useFactory: (env: Environment) => new this(env), inject: [ENV] };
    }
  }
  return Config as unknown as ConfigClass<z.infer<S>>;
}
