import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '..', '..', '..');
const ERROR_CLASS = /class (\w+) extends DomainError \{([\s\S]*?)^\}/gm;
const CODE = /readonly code = '([^']+)'/;

/** Codes of all DomainError classes by class, from the sources. */
function codesInSources(): Map<string, string> {
  const files = globSync('services/*/src/**/*.ts', { cwd: ROOT }).filter((file) => !file.endsWith('.spec.ts'));
  return new Map(
    files.flatMap((file) =>
      [...readFileSync(join(ROOT, file), 'utf8').matchAll(ERROR_CLASS)].map((match) => [
        `${file} ${match[1]}`,
        CODE.exec(match[2] ?? '')?.[1] ?? '',
      ]),
    ),
  );
}

/** First column of the table under "Error codes" in ARCHITECTURE.md. */
function codesInTable(): string[] {
  const text = readFileSync(join(ROOT, 'ARCHITECTURE.md'), 'utf8');
  const section = /^## Error codes$([\s\S]*?)(?=^## |(?![\s\S]))/m.exec(text)?.[1] ?? '';
  return [...section.matchAll(/^\| `([A-Z_]+)` \|/gm)].map((match) => match[1] ?? '');
}

describe('error codes', () => {
  const codes = codesInSources();

  it('are given by every error class, each by one, and begin with the name of its service', () => {
    const own = [...codes.values()];
    expect(new Set(own).size).toBe(own.length);
    for (const [place, code] of codes) {
      const service = place.split('/')[1] ?? '';
      expect(code, place).toMatch(new RegExp(`^${service.toUpperCase()}_[A-Z_]+$`));
    }
  });

  it('stand in the table "Error codes" of ARCHITECTURE.md: all of them, no other, sorted', () => {
    expect(codesInTable(), 'add or remove rows under "## Error codes"').toEqual(
      [...codes.values()].sort((a, b) => (a < b ? -1 : 1)),
    );
  });
});
