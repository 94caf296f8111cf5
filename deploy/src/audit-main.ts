import { EventLog } from '@wattmesh/platform/database';
import { audit } from './audit/audit.ts';
import { readChain } from './audit/read-chain.ts';
import { INVARIANTS, type Violation } from './audit/violation.ts';
import { Endings } from './endings.ts';
import { LaunchError } from './local/launch-error.ts';
import { freePort } from './local/ports.ts';
import { operatorOf, startServers, type Servers } from './local/servers.ts';
import { readHistory } from './run/finish-run.ts';
import { readState } from './state-file.ts';
import { holderOf, tryHoldState } from './state-lock.ts';
import { join } from 'node:path';

const ROOT = process.env['WATTMESH_ROOT'] ?? process.cwd();
const MOST_SHOWN = 20;

/** The servers of a running stack, or those of a finished one, started again for as long as the audit takes. */
async function serversOf(folder: string, endings: Endings): Promise<Servers> {
  const hold = await tryHoldState(folder);
  if (hold) {
    endings.add(() => hold.release());
    return startServers({ folder, postgresPort: await freePort(), chainPort: await freePort() });
  }
  const { databaseUrl, chainUrl } = holderOf(folder) ?? {};
  if (databaseUrl === undefined || chainUrl === undefined)
    throw new LaunchError('Wattmesh is just starting, or audited already: ask for the audit again in a moment');
  // Reading needs no funds: any key will do to ask with.
  return startServers({ folder, databaseUrl, chainUrl, operatorKey: `0x${'1'.repeat(64)}` });
}

async function violationsIn(folder: string): Promise<{ events: number; violations: Violation[] }> {
  const state = readState(folder);
  if (!state) throw new LaunchError('there is nothing to audit: run npm start first');
  const endings = new Endings();
  try {
    const servers = await serversOf(folder, endings);
    endings.add(() => servers.stop());
    const log = await EventLog.open(servers.databaseUrl);
    try {
      const members = (await readHistory(log)).members.map(({ payload }) => payload);
      const chain = await readChain(operatorOf(servers), state.contracts, members);
      // Read after the chain: on a running stack the log may be ahead of it, never behind.
      const history = await readHistory(log);
      return { events: history.size, violations: audit(history, chain) };
    } finally {
      await log.close();
    }
  } finally {
    await endings.run();
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
