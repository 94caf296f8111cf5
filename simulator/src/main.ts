import { parseArgs } from 'node:util';
import { ScaledClock } from '@wattmesh/platform/clock';
import { startDevices, type RunningDevices } from './devices/devices.link.ts';
import { loadProfiles } from './profiles/profiles.store.ts';
import { ScenarioError } from './scenario/scenario.errors.ts';
import { loadScenario } from './scenario/scenario.store.ts';
import { World } from './world.ts';

const USAGE = 'npm run devices -- [--scenario NAME|FILE] [--port 1502] [--data DIR] [--speed 1]';

function parseOptions(): { scenario?: string; port?: string; data?: string; speed?: string } {
  const text = { type: 'string' } as const;
  try {
    return parseArgs({ options: { scenario: text, port: text, data: text, speed: text } }).values;
  } catch (cause) {
    const [reason = ''] = (cause as Error).message.split('\n');
    throw new ScenarioError(`${reason.replace(/\.$/, '')}; use ${USAGE}`, { cause });
  }
}

function readOptions(): { scenario: string; port: number; data: string | undefined; speed: number } {
  const values = parseOptions();
  const port = Number(values.port ?? 1502);
  if (!Number.isInteger(port) || port < 0 || port > 65_000)
    throw new ScenarioError(`--port ${values.port}: give a port below 65000`);
  const speed = Number(values.speed ?? 1);
  if (!(speed > 0)) throw new ScenarioError(`--speed ${values.speed}: give a positive number`);
  return { scenario: values.scenario ?? 'village', port, data: values.data, speed };
}

function printTable(world: World, { endpoints }: RunningDevices): void {
  const rows = world.scenario.devices.map((device) => {
    const endpoint = endpoints.get(device.siteId);
    return [
      device.siteId,
      `${endpoint?.host}:${endpoint?.port}`,
      String(device.unitId),
      device.deviceId,
      device.kind,
      device.profile,
    ];
  });
  const table = [['site', 'address', 'unit', 'device', 'kind', 'profile'], ...rows];
  const widths = [0, 1, 2, 3, 4, 5].map((column) => Math.max(...table.map((row) => row[column]?.length ?? 0)));
  const lines = table.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  process.stdout.write(
    `${lines.join('\n')}\n${world.profiles.source === 'generated' ? 'profiles: seeded model' : 'profiles: CityLearn 2022'}; Ctrl-C ends\n`,
  );
}

async function main(): Promise<void> {
  const options = readOptions();
  const scenario = loadScenario(options.scenario);
  const world = new World({ scenario, profiles: loadProfiles(scenario, options.data) });
  const clock = new ScaledClock({ wallMs: Date.now(), simMs: world.nowMs, speed: options.speed });
  const devices = await startDevices({ world, clock: () => clock.now(), portFrom: options.port });
  printTable(world, devices);
  let isEnding = false;
  // The terminal and npm may both pass one Ctrl-C on: the second changes nothing.
  const end = (): void => {
    if (isEnding) return;
    isEnding = true;
    clock.stop();
    void devices.stop().then(() => process.exit(0));
  };
  process.on('SIGINT', end);
  process.on('SIGTERM', end);
}

main().catch((error: unknown) => {
  if (!(error instanceof ScenarioError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 2;
});
