import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';

const ROOT = join(import.meta.dirname, '..', '..', '..');
const VARIABLE = /^(# )?([A-Z][A-Z0-9_]*)=(.*)$/;

interface Variable {
  default?: string;
  isRequired: boolean;
}

/** Variables of all config classes, as the schemas have them. */
async function variablesOfSchemas(): Promise<Record<string, Variable>> {
  const variables: Record<string, Variable> = {};
  for (const file of globSync('services/*/src/**/*.config.ts', { cwd: ROOT })) {
    const exported = (await import(pathToFileURL(join(ROOT, file)).href)) as Record<string, unknown>;
    for (const config of Object.values(exported)) {
      const schema: unknown = typeof config === 'function' && 'schema' in config ? config.schema : undefined;
      if (!(schema instanceof z.ZodObject)) continue;
      const json = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
      for (const [name, field] of Object.entries(schema.shape)) {
        const fallback = (json.properties?.[name] as { default?: string | number } | undefined)?.default;
        const isRequired = !(field as z.ZodType).safeParse(undefined).success;
        variables[name] = { isRequired, ...(fallback === undefined ? {} : { default: String(fallback) }) };
      }
    }
  }
  return variables;
}

/** What the file says: `NAME=value` is a default, `NAME=` must be given, `# NAME=` may be. Each stands under a comment. */
function variablesOfExample(): Record<string, Variable> {
  const lines = readFileSync(join(ROOT, '.env.example'), 'utf8').split('\n');
  const variables: Record<string, Variable> = {};
  for (const [index, line] of lines.entries()) {
    const [, isOptional, name, value] = VARIABLE.exec(line) ?? [];
    if (name === undefined || value === undefined) continue;
    expect(lines[index - 1], `a comment above ${name}`).toMatch(/^# .*[^=]$/);
    const isRequired = isOptional === undefined && value === '';
    variables[name] = { isRequired, ...(value === '' ? {} : { default: value }) };
  }
  return variables;
}

describe('.env.example', () => {
  it('lists every variable of the services with its default, and no other', async () => {
    expect(variablesOfExample()).toEqual(await variablesOfSchemas());
  });
});
