import { EVENTS } from '@wattmesh/events';
import { untilCommitted } from '@wattmesh/platform/kafka';
import { LaunchError } from '../local/launch-error.ts';

/** A group that never commits anything: all that there is is left for it. */
const NOBODY = 'wattmesh.nobody';

/** Throws LaunchError where brokers hold events of an earlier community: a new one would take them for its own. */
export async function assertBrokersEmpty(brokers: readonly string[]): Promise<void> {
  const events = await untilCommitted(brokers, { group: NOBODY, topics: [...EVENTS.keys()] }, 0);
  if (events === 0) return;
  throw new LaunchError(
    `--kafka ${brokers.join(',')}: holds ${events} events of an earlier community; delete its topics there, or give a broker without`,
  );
}
