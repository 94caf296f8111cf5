import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const cli = join(dirname(createRequire(import.meta.url).resolve('hardhat/package.json')), 'dist/src/cli.js');
const args = [cli, '--config', join(root, 'hardhat.config.ts'), 'test', 'solidity', ...process.argv.slice(2)];
const { status } = spawnSync(process.execPath, args, {
  cwd: root,
  env: { ...process.env, HARDHAT_DISABLE_TELEMETRY: 'true' },
  stdio: 'inherit',
});
process.exitCode = status ?? 1;
