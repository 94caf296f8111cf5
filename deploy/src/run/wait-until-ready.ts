import { LaunchError } from '../local/launch-error.ts';
import type { RunningStack } from '../stack/running-stack.ts';
import type { CommunityRun } from './community-run.ts';
import { waitUntilReady } from './run-loop.ts';

const READY_WITHIN_MS = 150_000;

/** Waits for all services, and shows for which. Throws LaunchError where they do not become ready. */
export async function becomeReady({ progress, signal }: CommunityRun, stack: RunningStack): Promise<void> {
  const isReady = await waitUntilReady(stack, {
    withinMs: READY_WITHIN_MS,
    signal,
    onWait: (names) => progress.step(`waiting for ${names.join(', ')}`),
  });
  signal.throwIfAborted();
  if (!isReady) throw new LaunchError(`not ready: ${(await stack.notReady()).join(', ')}; the log says why`);
}
