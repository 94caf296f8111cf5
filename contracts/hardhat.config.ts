import { createRequire } from 'node:module';
import { defineConfig } from 'hardhat/config';

/** The compiler comes from npm, so that a build needs no network. */
export default defineConfig({
  paths: { tests: { solidity: 'test' } },
  solidity: {
    compilers: [
      {
        version: '0.8.37',
        path: createRequire(import.meta.url).resolve('solc/soljson.js'),
        settings: {
          optimizer: { enabled: true, runs: 1_000_000 },
          viaIR: true,
          evmVersion: 'osaka',
          metadata: { bytecodeHash: 'none' },
        },
      },
    ],
  },
  test: { solidity: { fuzz: { runs: 200 }, invariant: { runs: 40, depth: 60, failOnRevert: true } } },
});
