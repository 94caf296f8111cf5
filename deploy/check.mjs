// What CI runs: format, lint, types and build, every test (the in-sync specs among them), a smoke start of the built files.
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const STEPS = [
  ['format', 'node_modules/oxfmt/bin/oxfmt', '--check'],
  ['lint', 'node_modules/oxlint/bin/oxlint', '--type-aware', '--deny-warnings'],
  ['types and build', 'node_modules/@typescript/native/bin/tsc', '-b'],
  ['dashboard', 'deploy/build-dashboard.mjs'],
  ['tests', 'deploy/test.mjs'],
];

for (const [title, script, ...args] of STEPS) {
  process.stderr.write(`\n== ${title}\n`);
  const started = Date.now();
  const done = spawnSync(process.execPath, [join(ROOT, script), ...args], { cwd: ROOT, stdio: 'inherit' });
  process.stderr.write(`== ${title}: ${((Date.now() - started) / 1000).toFixed(1)} s\n`);
  if (done.status !== 0) {
    process.stderr.write(`== ${title} failed\n`);
    process.exit(done.status ?? 1);
  }
}
