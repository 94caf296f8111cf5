import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { chooseLanguage } from './choose-language.ts';
import { de } from './de.ts';
import { en } from './en.ts';

type Tree = { [key: string]: string | Tree };

function entries(tree: Tree, path = ''): [string, string][] {
  return Object.entries(tree).flatMap(([key, value]) =>
    typeof value === 'string' ? [[path + key, value] as [string, string]] : entries(value, `${path}${key}.`),
  );
}

const english = new Map(entries(en));
const german = new Map(entries(de));

const SOURCE = join(import.meta.dirname, '..');
const code = readdirSync(SOURCE, { recursive: true, encoding: 'utf8' })
  .filter((file) => /\.tsx?$/.test(file) && !file.startsWith('i18n') && !file.includes('.spec.'))
  .map((file) => readFileSync(join(SOURCE, file), 'utf8'))
  .join('\n');

/** Texts in quotes are keys as they are; of a template, `${...}` stands for any one part or more of a key. */
const quoted = new Set([...code.matchAll(/'([\w-]+(?:\.[\w-]+)+)'/g)].map(([, key]) => key!));
const templates = [...code.matchAll(/`([a-z]\w*\.[^`\s]*\$\{[^`]*)`/g)].map(
  ([, text]) => new RegExp(`^${text!.replaceAll('.', '\\.').replaceAll(/\$\{[^}]*\}/g, '.+')}$`),
);
const isUsed = (key: string): boolean => quoted.has(key) || templates.some((template) => template.test(key));

const byName = (a: string, b: string) => a.localeCompare(b);

describe('the texts of the page', () => {
  it('are the same in English and in German, key by key', () => {
    expect([...german.keys()]).toEqual([...english.keys()]);
  });

  it('are all used', () => {
    const unused = [...english.keys()].filter((key) => !isUsed(key.replace(/_(one|other)$/, '')));
    expect(unused).toEqual([]);
  });

  it('are not empty, and hold the same values in both languages', () => {
    const values = (text: string) =>
      [...text.matchAll(/\{\{(\w+)\}\}/g)].map(([, name]) => name ?? '').toSorted(byName);
    for (const [key, text] of english) {
      expect(text, key).not.toBe('');
      expect(german.get(key), key).not.toBe('');
      expect(values(german.get(key) ?? ''), key).toEqual(values(text));
    }
  });

  it('come in the language kept, else the first wanted that there is, else English', () => {
    expect(chooseLanguage('de', ['en-GB'])).toBe('de');
    expect(chooseLanguage(null, ['fr-FR', 'de-AT', 'en'])).toBe('de');
    expect(chooseLanguage('xx', ['fr'])).toBe('en');
  });
});
