import { LaunchError } from './local/launch-error.ts';

/** What carries events between services: Kafka between processes, or memory within one. */
export type BusKind = 'kafka' | 'memory';

interface Asked {
  readonly bus?: BusKind;
  readonly brokers?: readonly string[];
  readonly instances: number;
  readonly clock: 'scaled' | 'step';
  readonly drill?: string;
}

/**
 * Chooses the bus of a run: what was asked for, else Kafka wherever it can run. `canRunKafka` is asked only where the answer
 * matters. A notice tells what was chosen instead, and why. Throws LaunchError where what was asked for cannot be had.
 */
export async function chooseBus(
  asked: Asked,
  canRunKafka: () => Promise<{ canRun: true } | { canRun: false; reason: string }>,
): Promise<{ bus: BusKind; notice?: string }> {
  if (asked.bus === 'memory') return inMemory(asked);
  const wantsKafka = asked.bus === 'kafka' || asked.brokers !== undefined || asked.instances > 1;
  const single = asked.clock === 'step' ? '--clock step' : asked.drill === undefined ? undefined : '--drill';
  if (single !== undefined) {
    if (wantsKafka)
      throw new LaunchError(`${single} runs in one process: use --bus memory, without --kafka and --instances`);
    return { ...inMemory(asked), notice: `in-memory bus, for ${single} runs in one process` };
  }
  if (asked.brokers !== undefined) return { bus: 'kafka' };
  const answer = await canRunKafka();
  if (answer.canRun) return { bus: 'kafka' };
  if (wantsKafka) throw new LaunchError(answer.reason);
  return { bus: 'memory', notice: `in-memory bus, all services in one process; for Kafka: ${answer.reason}` };
}

function inMemory({ brokers, instances }: Asked): { bus: 'memory' } {
  if (brokers !== undefined) throw new LaunchError('--kafka and --bus memory: give one of them');
  if (instances > 1) throw new LaunchError('--instances: the in-memory bus runs one of each; use --bus kafka');
  return { bus: 'memory' };
}
