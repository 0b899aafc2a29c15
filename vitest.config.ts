import { defineConfig } from 'vitest/config'
import { SlowFirst } from './test/conformance/support/slow-first.ts'
import { plantedMutation } from './test/mutations/planted-mutation.ts'

const mutation = process.env['SLIPWAY_MUTATION']

/** Tests of the official suite that fill nodes and throw pods out: they have a cluster to themselves. */
const fillsNodes = 'test/conformance/suite/scheduling/**/*.test.ts'

/** One cluster serves all files of a project, and a worker loads the JavaScript client once. */
const conformance = {
  globalSetup: ['test/conformance/support/cluster.ts'],
  isolate: false,
  testTimeout: 120_000,
  maxConcurrency: 8,
  retry: process.env['CI'] ? 1 : 0,
}

export default defineConfig({
  plugins: plantedMutation(mutation),
  test: {
    // A source with a fault must neither come from the cache nor stay in it.
    fsModuleCache: !mutation,
    pool: 'forks',
    sequence: { sequencer: SlowFirst },
    maxWorkers: 2,
    testTimeout: 20_000,
    hookTimeout: 60_000,
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: [
            'src-main/**/*.test.ts',
            'src-renderer/**/*.test.{ts,tsx}',
            'scripts/**/*.test.ts',
          ],
        },
      },
      {
        extends: true,
        test: {
          name: 'integration',
          include: [
            'test/*.test.ts',
            'test/conformance/endpoints/**/*.test.ts',
            'test/conformance/facts/**/*.test.ts',
            'test/fuzz/**/*.test.ts',
            'test/integration/**/*.test.ts',
            'test/mutations/**/*.test.ts',
            'test/properties/**/*.test.ts',
          ],
          testTimeout: 120_000,
          hookTimeout: 180_000,
          fileParallelism: false,
          // On a shared machine a second try tells a slow moment from a fault; locally every failure shows.
          retry: process.env['CI'] ? 1 : 0,
        },
      },
      {
        extends: true,
        test: {
          name: 'conformance',
          ...conformance,
          include: ['test/conformance/suite/**/*.test.ts'],
          exclude: [fillsNodes],
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: {
          name: 'conformance-scheduling',
          ...conformance,
          include: [fillsNodes],
          fileParallelism: false,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
})
