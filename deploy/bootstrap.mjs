// Runs before anything is installed, on whatever Node there is: brings Node 24, installs the packages, then runs the
// command asked for under Node 24. No dependency, no TypeScript.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, realpathSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const NODE_MAJOR = 24;
/** Exit code of what a signal ended. */
const INTERRUPTED = 130;
const QUIET = ['ignore', 'ignore', 'inherit'];
const INSTALLED = join(ROOT, 'node_modules', '.wattmesh-installed');
/** The compiler for every service, then the bundle of the dashboard from what it made. */
const BUILD = [[join('node_modules', '@typescript', 'native', 'bin', 'tsc'), '-b'], ['deploy/build-dashboard.mjs']];
const STEPS = {
  start: [['build'], ['node', 'deploy/dist/main.js']],
  audit: [['build'], ['node', 'deploy/dist/audit-main.js']],
  kill: [['build'], ['node', 'deploy/dist/kill-main.js']],
  devices: [['node', '--conditions=source', 'simulator/src/main.ts']],
  test: [['build'], ['node', 'deploy/test.mjs']],
  check: [['node', 'deploy/check.mjs']],
  build: [['build']],
  generate: [['node', 'deploy/generate.mjs']],
  dev: [['build'], ['bin', '@nestjs/cli/bin/nest.js', 'start', '--watch']],
  fix: [
    ['bin', 'oxlint/bin/oxlint', '--fix'],
    ['bin', 'oxfmt/bin/oxfmt'],
  ],
};

function fail(message) {
  process.stderr.write(`wattmesh: ${message}\n`);
  process.exit(2);
}

/** Path of a Node 24 binary: this one, or one brought from the registry into .node/. */
async function node24() {
  if (Number(process.versions.node.split('.')[0]) === NODE_MAJOR) return process.execPath;
  const home = join(ROOT, '.node');
  const binary = join(home, 'node_modules', `node-${process.platform}-${process.arch}`, 'bin', 'node');
  if (existsSync(binary)) return binary;
  process.stderr.write(`wattmesh: bringing Node ${NODE_MAJOR} (this is ${process.version}) ...\n`);
  const draft = join(home, 'draft');
  rmSync(home, { recursive: true, force: true });
  mkdirSync(draft, { recursive: true });
  writeFileSync(join(draft, 'package.json'), '{ "private": true }\n');
  const name = `node-${process.platform}-${process.arch}@${NODE_MAJOR}`;
  const args = [npmCli(), 'install', '--prefix', draft, '--no-save', '--no-audit', '--no-fund', '--silent', name];
  const code = await prepare(process.execPath, args, { stdio: QUIET, cwd: draft, env: cleanEnv() });
  // Moved only when whole: a kill leaves no half a binary where the next start looks for one.
  if (code === 0) renameSync(join(draft, 'node_modules'), join(home, 'node_modules'));
  rmSync(draft, { recursive: true, force: true });
  if (!existsSync(binary))
    fail(`could not bring Node ${NODE_MAJOR}; install Node ${NODE_MAJOR} yourself and run the command again`);
  return binary;
}

/** The npm that started this script, else the one on the PATH. */
function npmCli() {
  if (process.env.npm_execpath?.endsWith('.js')) return process.env.npm_execpath;
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    const candidate = join(folder, 'npm');
    if (existsSync(candidate)) return realpathSync(candidate);
  }
  return fail('npm is not on the PATH; install npm and run the command again');
}

/** npm's own variables of the outer run would steer the inner one. */
function cleanEnv() {
  return Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^npm_(config_|package_|lifecycle_|command)/i.test(name)),
  );
}

function environmentFor(node) {
  return {
    ...cleanEnv(),
    PATH: `${dirname(node)}${delimiter}${process.env.PATH ?? ''}`,
    WATTMESH_ROOT: ROOT,
    WATTMESH_CALLED_FROM: process.env.INIT_CWD ?? process.cwd(),
  };
}

async function installPackages(node) {
  const lock = createHash('sha256')
    .update(readFileSync(join(ROOT, 'package-lock.json')))
    .digest('hex');
  const native = join(
    ROOT,
    'node_modules',
    '@nomicfoundation',
    `edr-${process.platform}-${process.arch}${process.platform === 'linux' ? '-gnu' : ''}`,
  );
  if (existsSync(INSTALLED) && readFileSync(INSTALLED, 'utf8') === lock && existsSync(native)) return;
  process.stderr.write('wattmesh: installing packages (npm ci) ...\n');
  rmSync(INSTALLED, { force: true });
  const args = [npmCli(), 'ci', '--no-audit', '--no-fund', '--loglevel=error'];
  if ((await prepare(node, args, { stdio: QUIET })) !== 0)
    fail('npm ci failed: its message is above; mend it and run the command again');
  if (!existsSync(native))
    fail(`${native} is missing although npm ci passed; delete node_modules and run the command again`);
  writeFileSync(INSTALLED, lock);
}

/**
 * Runs npm or the compiler; answers the exit code. A signal kills it at once with all it started, for both would end late or
 * say that all is well; the next start does the work anew.
 */
async function prepare(node, args, options) {
  const end = (child) => process.kill(-child.pid, 'SIGKILL');
  const code = await run(node, args, { detached: true, end, ...options });
  if (code === INTERRUPTED) process.exit(code);
  return code;
}

/** Runs one command in the foreground; signals pass through. Answers its exit code, INTERRUPTED where a signal ended it. */
function run(node, args, { end = (child, signal) => child.kill(signal), ...options } = {}) {
  return new Promise((resolve) => {
    const child = spawn(node, args, { cwd: ROOT, stdio: 'inherit', env: environmentFor(node), ...options });
    const forward = (signal) => end(child, signal);
    process.on('SIGINT', forward).on('SIGTERM', forward);
    child.on('error', (error) => fail(`could not start ${args[0]}: ${error.message}`));
    child.on('exit', (code, signal) => {
      process.off('SIGINT', forward).off('SIGTERM', forward);
      resolve(signal ? INTERRUPTED : code);
    });
  });
}

/** npm that was killed cannot pass a signal on: its end counts as one. */
function endWithNpm() {
  const npm = process.ppid;
  setInterval(() => process.ppid === npm || process.kill(process.pid, 'SIGTERM'), 500).unref();
}

const [command, ...options] = process.argv.slice(2);
const steps = STEPS[command];
if (!steps) fail(`unknown command "${command}"; there are ${Object.keys(STEPS).join(', ')}`);
if (process.env.npm_lifecycle_event) endWithNpm();
const node = await node24();
await installPackages(node);
for (const [index, step] of steps.entries()) {
  const last = index === steps.length - 1 ? options : [];
  const commands =
    step[0] === 'build'
      ? BUILD
      : step[0] === 'bin'
        ? [[join('node_modules', step[1]), ...step.slice(2), ...last]]
        : [[...step.slice(1), ...last]];
  for (const args of commands) {
    const code = await (step[0] === 'build' ? prepare : run)(node, args);
    if (code !== 0) process.exit(code);
  }
}
