import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const css = readFileSync(join(import.meta.dirname, 'tokens.css'), 'utf8');
const [, light = '', dark = '', device = ''] = css.split(/\{\s*color-scheme: (?:light|dark);/);

function tokens(block: string): Map<string, string> {
  return new Map([...block.matchAll(/(--[\w-]+):\s*(#[0-9a-f]{6,8});/g)].map(([, name, colour]) => [name!, colour!]));
}

/** Relative luminance by WCAG 2. */
function luminance(colour: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const share = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return share <= 0.040_45 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a: string, b: string): number {
  const [darker = 0, lighter = 0] = [luminance(a), luminance(b)].toSorted((x, y) => x - y);
  return (lighter + 0.05) / (darker + 0.05);
}

const GROUNDS = ['--ground', '--surface', '--raised'];
const TEXTS = [
  '--ink',
  '--ink-soft',
  '--accent',
  '--high',
  '--medium',
  '--low',
  '--good',
  '--load',
  '--sun',
  '--storage',
];
const PAIRS = [
  ...TEXTS.flatMap((text) => GROUNDS.map((ground) => [text, ground] as const)),
  ...['--high', '--medium', '--low'].flatMap((name) => [
    [name, `${name}-ground`] as const,
    ['--ink', `${name}-ground`] as const,
  ]),
  ['--accent-ink', '--accent'] as const,
];

describe.each([
  ['light', light],
  ['dark', dark],
])('the %s theme', (_name, block) => {
  const colours = tokens(block);
  it.each(PAIRS)('lets %s be read on %s', (text, ground) => {
    expect(contrast(colours.get(text)!, colours.get(ground)!)).toBeGreaterThanOrEqual(4.5);
  });
});

it('is dark in the same colours by choice and by the device', () => {
  expect([...tokens(device)]).toEqual([...tokens(dark)]);
});
