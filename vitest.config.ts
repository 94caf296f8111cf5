import { defineConfig } from 'vitest/config';

export default defineConfig({
  resolve: { conditions: ['source'] },
  ssr: { resolve: { conditions: ['source'] } },
  test: {
    include: [
      'services/*/src/**/*.spec.ts',
      'services/dashboard/e2e/**/*.spec.ts',
      'simulator/src/**/*.spec.ts',
      'deploy/src/**/*.spec.ts',
      'contracts/test/**/*.test.ts',
    ],
    isolate: false,
    maxWorkers: 2,
    globalSetup: ['deploy/test-servers.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
