import { HeldClock } from '@wattmesh/platform/clock';
import { clockSetting } from './process/clock.config.ts';
import { formatTable } from './process/format-table.ts';
import { ParentLink } from './process/parent.link.ts';
import { readOptions } from './process/read-options.ts';
import { runDevices } from './process/run-devices.link.ts';
import { ScenarioError } from './scenario/scenario.errors.ts';

/** Serves the devices until a signal, the end of the parent or a failure ends them. */
async function main(): Promise<void> {
  const { promise: ended, resolve: end, reject: fail } = Promise.withResolvers<void>();
  // A failure while the devices come up is looked at when they are up.
  ended.catch(() => undefined);
  // The terminal and npm may both pass one Ctrl-C on: the second changes nothing.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => end());
  const parent = new ParentLink();
  void parent.gone().then(end);
  const release = parent.release();
  release.catch(fail);
  const served = await runDevices(readOptions(process.argv.slice(2)), { setting: clockSetting(), onError: fail });
  release.then((mapping) => served.clock instanceof HeldClock && served.clock.release(mapping)).catch(fail);
  process.stdout.write(formatTable(served.world, served.endpoints));
  parent.tellReady(served.endpoints);
  try {
    await ended;
  } finally {
    await served.stop();
  }
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    if (!(error instanceof ScenarioError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(2);
  },
);
