import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '..', '..');
const TSC = join(ROOT, 'node_modules', '@typescript', 'native', 'bin', 'tsc');

/** Builds a service of one file, as if it stood beside the others, and answers what the compiler printed. */
function build(folder: string, source: string): { passed: boolean; printed: string } {
  writeFileSync(join(folder, 'src', 'offender.ts'), source);
  const done = spawnSync(process.execPath, [TSC, '-b', folder], { encoding: 'utf8' });
  return { passed: done.status === 0, printed: done.stdout };
}

describe('borders between services', () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(ROOT, 'node_modules', '.border-'));
    mkdirSync(join(folder, 'src'));
    const services = ['events', 'platform'].map((name) => ({ path: join(ROOT, 'services', name) }));
    writeFileSync(join(folder, 'package.json'), '{ "name": "@wattmesh/offender", "type": "module" }');
    writeFileSync(
      join(folder, 'tsconfig.json'),
      JSON.stringify({ extends: join(ROOT, 'tsconfig.json'), include: ['src'], references: services }),
    );
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('let a service import the libraries', () => {
    expect(
      build(folder, `import { OrderPlaced } from '@wattmesh/events';\nexport const topic = OrderPlaced.topic;\n`),
    ).toMatchObject({ passed: true });
  }, 120_000);

  it("stop a service that imports another's application file by its package", () => {
    const built = build(folder, `export { RegistryService } from '@wattmesh/portal/registry/registry.service';\n`);
    expect(built.printed).toContain('TS2307');
    expect(built.passed).toBe(false);
  }, 120_000);

  it("stop a service that reaches into another's folder by a path", () => {
    const built = build(
      folder,
      `export { findContradictions } from '${join(ROOT, 'services/portal/src/registry/find-contradictions.ts')}';\n`,
    );
    expect(built.printed).toMatch(/TS6059|TS6307/);
    expect(built.passed).toBe(false);
  }, 120_000);
});
