import 'reflect-metadata';
import { ScenarioError } from '@wattmesh/simulator';
import { LaunchError } from './local/launch-error.ts';
import { start } from './start.ts';
import { readStartOptions } from './start-options.ts';

const ROOT = process.env['WATTMESH_ROOT'] ?? process.cwd();
const CALLED_FROM = process.env['WATTMESH_CALLED_FROM'] ?? process.cwd();

const ending = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => ending.abort());

if (process.env['WATTMESH_ROOT'] !== undefined) {
  // A bootstrap that was killed cannot pass a signal on: its end counts as one.
  const bootstrap = process.ppid;
  setInterval(() => process.ppid === bootstrap || ending.abort(), 500).unref();
}

try {
  const options = readStartOptions(process.argv.slice(2), { calledFrom: CALLED_FROM, root: ROOT });
  const operatorKey = process.env['WATTMESH_OPERATOR_KEY'];
  process.exitCode = await start(operatorKey === undefined ? options : { ...options, operatorKey }, ending.signal);
} catch (error) {
  if (!(error instanceof LaunchError) && !(error instanceof ScenarioError)) throw error;
  process.stderr.write(`wattmesh: ${error.message.split('\n')[0]}\n`);
  process.exitCode = 2;
}
