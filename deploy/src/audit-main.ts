import { join } from 'node:path';
import { auditStack } from './audit/audit-stack.ts';
import { isKept, printAudit } from './audit/print-audit.ts';
import { LaunchError } from './local/launch-error.ts';

const ROOT = process.env['WATTMESH_ROOT'] ?? process.cwd();

try {
  const audited = await auditStack(join(ROOT, '.wattmesh'), (line) => process.stderr.write(`${line}\n`));
  process.stdout.write(`${printAudit(audited).join('\n')}\n`);
  process.exitCode = isKept(audited) ? 0 : 1;
} catch (error) {
  if (!(error instanceof LaunchError)) throw error;
  process.stderr.write(`wattmesh: ${error.message}\n`);
  process.exitCode = 2;
}
