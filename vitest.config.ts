import { defineConfig } from 'vitest/config'
import { LongestFirst } from './test/rig/longest-first.ts'

export default defineConfig({
  // Packages are resolved as the runtimes do it; `module` would bring a second copy of graphql.
  resolve: { alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }] },
  test: {
    include: ['test/**/*.test.ts'],
    // Threads report an error under Deno; without isolation a file costs 15 times less.
    pool: 'forks',
    isolate: false,
    // More than the two cores of the smallest machine: many tests wait for processes of their own.
    maxWorkers: 3,
    sequence: { sequencer: LongestFirst },
    globalSetup: ['test/rig/global-setup.ts'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
})
