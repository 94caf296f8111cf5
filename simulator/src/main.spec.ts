import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const { default: ModbusRTU } = createRequire(import.meta.url)('modbus-serial') as typeof import('modbus-serial');
const MAIN = fileURLToPath(new URL('./main.ts', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'wattmesh-devices-'));
const blocker = createServer();
let takenPort = '';

interface Outcome {
  code: number | null;
  output: string;
  errors: string;
}

/** Runs the command to its end; `onTable` is called once, when the devices are served. */
async function devices(args: readonly string[], onTable?: (table: string) => Promise<void>): Promise<Outcome> {
  const child = spawn(process.execPath, ['--conditions=source', MAIN, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let [output, errors] = ['', ''];
  let served: Promise<void> | undefined;
  child.stdout.on('data', (text: Buffer) => {
    output += text.toString();
    if (!output.includes('Ctrl-C ends') || served !== undefined) return;
    served = onTable?.(output).finally(() => child.kill('SIGINT'));
    served?.catch(() => undefined);
  });
  child.stderr.on('data', (text: Buffer) => (errors += text.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  await served;
  return { code, output, errors };
}

beforeAll(async () => {
  blocker.listen(0, '127.0.0.1');
  await once(blocker, 'listening');
  takenPort = `${(blocker.address() as AddressInfo).port}`;
  writeFileSync(join(folder, 'broken.json'), '{"name":');
  for (const name of ['weather', 'Building_1', 'Building_12', 'Building_14'])
    writeFileSync(join(folder, `${name}.csv`), 'hour,load\n1,2\n');
});
afterAll(() => {
  blocker.close();
  rmSync(folder, { recursive: true });
});

describe('npm run devices', () => {
  it.concurrent('serves a scenario to any client and ends at Ctrl-C', async () => {
    const { code, output } = await devices(['--scenario', 'hamlet', '--port', '0'], async (table) => {
      const client = new ModbusRTU();
      const port = Number(/^feeder-head +127\.0\.0\.1:(\d+)/m.exec(table)?.[1]);
      await client.connectTCP('127.0.0.1', { port });
      client.setID(1);
      expect((await client.readHoldingRegisters(40_000, 2)).buffer.toString('ascii')).toBe('SunS');
      await new Promise<void>((resolve) => client.close(() => resolve()));
    });
    expect(code).toBe(0);
    expect(output).toContain('profiles: seeded model');
  });

  it.concurrent.each([
    ['an unknown option', () => ['--scenari', 'village'], /^Unknown option '--scenari'; use npm run devices -- /],
    ['a bad port', () => ['--port', 'x'], /^--port x: give a port below 65000$/],
    [
      'a taken port',
      () => ['--scenario', 'hamlet', '--port', takenPort],
      /^port \d+ is taken; stop what listens there/,
    ],
    ['an unknown scenario', () => ['--scenario', 'nowhere'], /^no scenario "nowhere"; take one of hamlet, village or/],
    [
      'a broken scenario',
      () => ['--scenario', join(folder, 'broken.json')],
      /^scenario broken\.json is not JSON: .*mend/,
    ],
    [
      'a malformed CSV file',
      () => ['--scenario', 'hamlet', '--data', folder],
      /^Building_1\.csv has no column .*; fetch the CityLearn 2022 file/,
    ],
  ])('refuses %s in one line with code 2, and nothing goes on', async (_what, args, line) => {
    const { code, output, errors } = await devices(args());
    expect(errors.trimEnd()).toMatch(line);
    expect(errors.trimEnd().split('\n')).toHaveLength(1);
    expect(output).toBe('');
    expect(code).toBe(2);
  });
});
