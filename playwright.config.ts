import { defineConfig } from '@playwright/test'
import type { HostOption } from './test/e2e/voyage/fixture.ts'
import { browserLaunch } from './test/support/browser.ts'

/** They measure how long a user waits: nothing else runs then. */
const timed = ['**/e2e/{first-load,lists}.e2e.ts', '**/voyage/load.e2e.ts']

export default defineConfig<object, HostOption>({
  testDir: 'test/e2e',
  globalSetup: './test/support/build-renderer.ts',
  testMatch: '**/*.e2e.ts',
  outputDir: 'out/e2e',
  // One worker for each of the first two projects.
  workers: 2,
  // On a shared machine a second try tells a slow moment from a fault; scripts/test.mjs names such tests.
  retries: process.env['CI'] ? 1 : 0,
  // What fails everywhere is known soon.
  maxFailures: 8,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  reporter: 'list',
  projects: [
    { name: 'screens', testIgnore: [...timed, '**/voyage/**'], workers: 1 },
    { name: 'voyage', testDir: 'test/e2e/voyage', testIgnore: timed, workers: 1 },
    { name: 'timed', testMatch: timed, workers: 1, dependencies: ['screens', 'voyage'] },
    {
      name: 'electron',
      testDir: 'test/e2e/voyage',
      grepInvert: /@web/,
      workers: 1,
      use: { host: 'electron' },
    },
  ],
  use: { launchOptions: browserLaunch, viewport: { width: 1280, height: 800 }, locale: 'en-GB' },
})
