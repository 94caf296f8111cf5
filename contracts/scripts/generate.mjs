import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { hashSources } from './hash-sources.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const CONTRACTS = { Registry: 'registry', Settlement: 'settlement', TestCurrency: 'testCurrency' };

const require = createRequire(import.meta.url);
const cli = join(dirname(require.resolve('hardhat/package.json')), 'dist/src/cli.js');
const config = join(root, 'hardhat.config.ts');
execFileSync(process.execPath, [cli, '--config', config, 'build', '--no-tests', '--quiet'], {
  cwd: root,
  env: { ...process.env, HARDHAT_DISABLE_TELEMETRY: 'true' },
  stdio: ['ignore', 'inherit', 'pipe'],
});

const target = join(root, 'src/generated');
mkdirSync(target, { recursive: true });
for (const [contract, name] of Object.entries(CONTRACTS)) {
  const artifact = JSON.parse(readFileSync(join(root, `artifacts/contracts/${contract}.sol/${contract}.json`), 'utf8'));
  const abi = artifact.abi.map((entry) => `  ${JSON.stringify(entry)},\n`).join('');
  const text = `export const ${name}Abi = [\n${abi}] as const;\n\nexport const ${name}Bytecode =\n  '${artifact.bytecode}';\n`;
  writeFileSync(join(target, `${contract.replace(/(?<=[a-z])(?=[A-Z])/g, '-').toLowerCase()}.ts`), text);
}
writeFileSync(join(target, 'sources-hash.ts'), `export const sourcesHash = '${hashSources()}';\n`);
console.log(`wrote ${target}`);
