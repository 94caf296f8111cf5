import type { Audited } from './audit-stack.ts';
import { INVARIANTS } from './violation.ts';

const MOST_SHOWN = 20;

/** The lines that a person reads about an audit: every promise, and who broke it. */
export function printAudit({ history, violations, delivery }: Audited): string[] {
  const lines = [`audited ${history.size} events and the chain`];
  for (const [name, promise] of Object.entries(INVARIANTS)) {
    const broken = violations.filter(({ invariant }) => invariant === name);
    lines.push(`${name} ${broken.length === 0 ? 'holds ' : 'BROKEN'}  ${promise}`);
    lines.push(...firstOf(broken.map(({ where, what }) => `${where}: ${what}`)));
  }
  lines.push(
    `   ${delivery.length === 0 ? 'holds ' : 'BROKEN'}  every event of every key is in the log once and in order`,
  );
  lines.push(...firstOf(delivery.map(({ topic, key, what }) => `${topic} ${key}: ${what}`)));
  return lines;
}

function firstOf(faults: readonly string[]): string[] {
  const shown = faults.slice(0, MOST_SHOWN).map((fault) => `     ${fault}`);
  return faults.length > MOST_SHOWN ? [...shown, `     and ${faults.length - MOST_SHOWN} more`] : shown;
}

/** Whether every promise was kept. */
export function isKept({ violations, delivery }: Audited): boolean {
  return violations.length === 0 && delivery.length === 0;
}
