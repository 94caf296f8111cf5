import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dataLength } from 'ethers';
import { describe, expect, it } from 'vitest';
import { hashSources } from '../scripts/hash-sources.mjs';
import { registryBytecode } from '../src/generated/registry.ts';
import { settlementBytecode } from '../src/generated/settlement.ts';
import { sourcesHash } from '../src/generated/sources-hash.ts';

const root = new URL('../', import.meta.url);
const textOf = (path: string) => readFileSync(new URL(path, root), 'utf8');

/** EIP-170, and what its creation code may add. */
const MAX_CODE_BYTES = 24_576;

describe('generated ABIs and bytecode', () => {
  it('come from the Solidity sources as they are; else run npm run generate -w contracts', () => {
    expect(sourcesHash).toBe(hashSources());
  });

  it.each([
    ['Registry', registryBytecode],
    ['Settlement', settlementBytecode],
  ])('%s fits a contract', (_, bytecode) => {
    expect(dataLength(bytecode)).toBeLessThanOrEqual(MAX_CODE_BYTES);
  });

  it('keep every contract below 250 lines', () => {
    const lines = readdirSync(new URL('contracts/', root)).map(
      (file) => [file, textOf(`contracts/${file}`).split('\n').length] as const,
    );
    expect(lines.filter(([, count]) => count >= 250)).toEqual([]);
  });
});

describe('package', () => {
  const manifest = JSON.parse(textOf('package.json')) as {
    scripts: Record<string, string>;
    exports: Record<string, Record<string, string>>;
  };

  it('has scripts that start files that are there', () => {
    expect(Object.keys(manifest.scripts)).toEqual(expect.arrayContaining(['generate', 'test:solidity']));
    const files = Object.values(manifest.scripts).flatMap((script) => script.match(/scripts\/[\w-]+\.mjs/g) ?? []);
    expect(files.filter((file) => !existsSync(new URL(file, root)))).toEqual([]);
  });

  it('exports sources that are there', () => {
    const sources = Object.values(manifest.exports).map((entry) => entry['source']!);
    expect(sources.filter((source) => !existsSync(new URL(source, root)))).toEqual([]);
  });
});
