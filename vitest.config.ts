import { defineConfig } from 'vitest/config'
import { SlowFirst } from './test/conformance/support/slow-first.ts'
import { plantedMutation } from './test/mutations/planted-mutation.ts'

/** Tests of the official suite that fill nodes and throw pods out: they have a cluster to themselves. */
const fillsNodes = 'test/conformance/suite/scheduling/**/*.test.ts'

/** They look at how the machine fares, take its whole power or its well-known ports: one at a time. */
const needsMachine = [
  'test/integration/{bench,proxy}.test.ts',
  'test/integration/controllers/idle.test.ts',
  'test/integration/{electron,first-voyage,start,store}/**/*.test.ts',
  'test/mutations/**/*.test.ts',
]

/** What tests share that start more than one part. */
const integration = {
  testTimeout: 120_000,
  hookTimeout: 180_000,
  // On a shared machine a second try tells a slow moment from a fault; locally every failure shows.
  retry: process.env['CI'] ? 1 : 0,
}

/** One cluster serves all files of a project, and a worker loads the JavaScript client once. */
const conformance = {
  ...integration,
  globalSetup: ['test/conformance/support/cluster.ts'],
  isolate: false,
  maxConcurrency: 8,
}

export default defineConfig({
  plugins: plantedMutation(process.env['SLIPWAY_MUTATION']),
  test: {
    fsModuleCache: true,
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
            'test/properties/**/*.test.ts',
          ],
          exclude: needsMachine,
          ...integration,
        },
      },
      {
        extends: true,
        test: {
          name: 'machine',
          include: needsMachine,
          fileParallelism: false,
          ...integration,
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
