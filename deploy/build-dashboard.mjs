// Builds the dashboard's files for the portal, unless they were built from the very sources that are here.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const DASHBOARD = join(ROOT, 'services', 'dashboard');
const MARKER = join(DASHBOARD, 'dist', '.built-from');
/** What ends up in the bundle: the page, and the pure files it takes from the services it is typed by. */
const SOURCES = [
  'package-lock.json',
  'services/dashboard/index.html',
  'services/dashboard/vite.config.ts',
  'services/dashboard/public',
  'services/dashboard/src',
  'services/events/src',
  'services/portal/src/view',
  'services/settlement/src',
];

function hashSources() {
  const hash = createHash('sha256');
  for (const source of SOURCES)
    for (const file of filesOf(join(ROOT, source))) hash.update(relative(ROOT, file)).update(readFileSync(file));
  return hash.digest('hex');
}

function filesOf(path) {
  if (!existsSync(path)) return [];
  if (path.endsWith('.json') || path.endsWith('.html') || path.endsWith('.ts')) return [path];
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !/\.spec\.tsx?$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted();
}

const wanted = hashSources();
if (!existsSync(MARKER) || readFileSync(MARKER, 'utf8') !== wanted) {
  process.stderr.write('wattmesh: building the dashboard ...\n');
  // Gone before the build begins: a build that is cut off is done anew.
  rmSync(MARKER, { force: true });
  const vite = join(ROOT, 'node_modules', 'vite', 'bin', 'vite.js');
  const done = spawnSync(process.execPath, [vite, 'build', DASHBOARD, '--logLevel', 'warn'], {
    cwd: ROOT,
    stdio: 'inherit',
  });
  if (done.status !== 0) process.exit(done.status ?? 1);
  writeFileSync(MARKER, wanted);
}
