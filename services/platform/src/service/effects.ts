/** Thrown where a process is taken to have died: never retried, never dead-lettered, it stops its service at once. */
export class CrashError extends Error {
  override readonly name: string = 'CrashError';
}

/** Thrown to what still runs of a service that was killed. */
export class ServiceKilledError extends CrashError {
  override readonly name = 'ServiceKilledError';

  constructor(service: string) {
    super(`${service} was killed: nothing of it may touch database, bus or chain any more`);
  }
}

/** The gate of every durable effect (commit, publish, delete, chain submission): crash tests throw before or after it. */
export abstract class Effects {
  abstract run<T>(name: string, effect: () => Promise<T>): Promise<T>;
}

/** Passes every effect through. */
export class RealEffects extends Effects {
  run<T>(_name: string, effect: () => Promise<T>): Promise<T> {
    return effect();
  }
}
