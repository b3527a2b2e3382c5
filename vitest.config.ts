import os from 'node:os'
import { defineConfig } from 'vitest/config'

/** Packages whose tests run on Node's own type stripping, as the code itself does. */
const unit = [
  'core',
  'client/*',
  'server/*',
  'tools/*',
  'apps/*',
  'apps/*/pages',
  'scripts',
  'benchmarks',
].map((folder) => `${folder}/test/**/*.test.ts`)

export default defineConfig({
  test: {
    experimental: { viteModuleRunner: false },
    // Looks often, and gives up late: how long something takes is no claim of these tests, only that it comes.
    expect: { poll: { interval: 20, timeout: 20_000 } },
    // Tests start many processes: each compiles, and strips types, only what none before it did.
    env: { NODE_COMPILE_CACHE: `${import.meta.dirname}/node_modules/.cache/compiled` },
    // Tests wait more than they compute: three at a time where there are two cores, which would otherwise be one.
    maxWorkers: os.availableParallelism() + 1,
    projects: [
      { extends: true, test: { name: 'unit', include: unit, testTimeout: 60_000, hookTimeout: 120_000 } },
      {
        extends: true,
        test: {
          name: 'e2e',
          include: ['e2e/test/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
    ],
  },
})
