// Runs every test there is (Vitest, then the Solidity fuzz and invariant tests) and ends with one plain line.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const filters = process.argv.slice(2);

/** Runs a command, passing its output through; answers its exit code and what it printed. */
function run(args, options = {}) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'], ...options });
    let printed = '';
    child.stdout.on('data', (chunk) => {
      printed += chunk;
      process.stdout.write(chunk);
    });
    child.on('exit', (code) => resolve({ code: code ?? 1, printed }));
  });
}

async function runVitest() {
  const folder = mkdtempSync(join(tmpdir(), 'wattmesh-report-'));
  const file = join(folder, 'report.json');
  const { code } = await run([
    join('node_modules', 'vitest', 'vitest.mjs'),
    'run',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${file}`,
    ...filters,
  ]);
  const report = JSON.parse(readFileSync(file, 'utf8'));
  rmSync(folder, { recursive: true, force: true });
  // A suite that could not even be loaded, or an error outside a test, fails the run though no test did.
  const failed = report.numFailedTests || (code === 0 ? 0 : Math.max(1, report.numFailedTestSuites));
  return { passed: report.numPassedTests, failed, skipped: report.numPendingTests + report.numTodoTests };
}

async function runSolidity() {
  const env = {
    ...process.env,
    HARDHAT_CONFIG: join(ROOT, 'contracts', 'hardhat.config.ts'),
    HARDHAT_DISABLE_TELEMETRY_PROMPT: 'true',
  };
  const { code, printed } = await run(
    [join(ROOT, 'node_modules', 'hardhat', 'dist', 'src', 'cli.js'), 'test', 'solidity'],
    { cwd: join(ROOT, 'contracts'), env },
  );
  const count = (word) => Number(new RegExp(`(\\d+)\\s+${word}`).exec(printed)?.[1] ?? 0);
  const failed = count('failing');
  return { passed: count('passing'), failed: failed || (code === 0 ? 0 : 1), skipped: 0 };
}

const parts = [await runVitest()];
if (filters.length === 0) parts.push(await runSolidity());
const sum = (key) => parts.reduce((total, part) => total + part[key], 0);
process.stdout.write(
  `${sum('passed')} passed, ${sum('failed')} failed${sum('skipped') > 0 ? `, ${sum('skipped')} skipped` : ''}\n`,
);
process.exitCode = sum('failed') > 0 ? 1 : 0;
