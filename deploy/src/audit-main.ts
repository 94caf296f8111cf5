import { EventLog } from '@wattmesh/platform/database';
import { audit } from './audit/audit.ts';
import { readChain } from './audit/read-chain.ts';
import { INVARIANTS, type Violation } from './audit/violation.ts';
import { LaunchError } from './local/launch-error.ts';
import { freePort } from './local/ports.ts';
import { operatorOf, startServers, type Servers } from './local/servers.ts';
import { readHistory } from './run/finish-run.ts';
import { readState } from './state-file.ts';
import { holderOf } from './state-lock.ts';
import { join } from 'node:path';

const ROOT = process.env['WATTMESH_ROOT'] ?? process.cwd();
const MOST_SHOWN = 20;

/** The servers of a running stack, or those of a finished one, started again for as long as the audit takes. */
async function serversOf(folder: string): Promise<Servers> {
  const holder = holderOf(folder);
  if (!holder) return startServers({ folder, postgresPort: await freePort(), chainPort: await freePort() });
  const { databaseUrl, chainUrl } = holder;
  if (databaseUrl === undefined || chainUrl === undefined)
    throw new LaunchError('Wattmesh is just starting: ask for the audit again when it is ready');
  // Reading needs no funds: any key will do to ask with.
  return startServers({ folder, databaseUrl, chainUrl, operatorKey: `0x${'1'.repeat(64)}` });
}

async function violationsIn(folder: string): Promise<{ events: number; violations: Violation[] }> {
  const state = readState(folder);
  if (!state) throw new LaunchError('there is nothing to audit: run npm start first');
  const servers = await serversOf(folder);
  try {
    const log = await EventLog.open(servers.databaseUrl);
    try {
      const history = await readHistory(log);
      const chain = await readChain(
        operatorOf(servers),
        state.contracts,
        history.members.map(({ payload }) => payload),
      );
      return { events: history.size, violations: audit(history, chain) };
    } finally {
      await log.close();
    }
  } finally {
    await servers.stop();
  }
}

function print({ events, violations }: { events: number; violations: readonly Violation[] }): void {
  process.stdout.write(`audited ${events} events and the chain\n`);
  for (const [name, promise] of Object.entries(INVARIANTS)) {
    const broken = violations.filter(({ invariant }) => invariant === name);
    process.stdout.write(`${name} ${broken.length === 0 ? 'holds ' : 'BROKEN'}  ${promise}\n`);
    for (const { where, what } of broken.slice(0, MOST_SHOWN)) process.stdout.write(`     ${where}: ${what}\n`);
    if (broken.length > MOST_SHOWN) process.stdout.write(`     and ${broken.length - MOST_SHOWN} more\n`);
  }
}

try {
  const result = await violationsIn(join(ROOT, '.wattmesh'));
  print(result);
  process.exitCode = result.violations.length === 0 ? 0 : 1;
} catch (error) {
  if (!(error instanceof LaunchError)) throw error;
  process.stderr.write(`wattmesh: ${error.message}\n`);
  process.exitCode = 2;
}
