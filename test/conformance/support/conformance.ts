import { inject, test } from 'vitest'
import { ConformanceContext } from './context.ts'
import { officialTests } from './generated/official-tests.ts'

/** The full name of a test of the official suite. */
export type Codename = (typeof officialTests)[number]['codename']

/** Tests that the suite marks `[Slow]` wait for what a cluster does every few minutes. */
const slowMs = 15 * 60_000

/**
 * A test of the official conformance suite, told in our own steps. Each has a namespace of its own; those that the suite
 * marks `[Serial]` run one by one, the others of a file side by side. Throws for a codename that the suite does not have.
 */
export function conformance(
  codename: Codename,
  body: (context: ConformanceContext) => Promise<void>,
): void {
  if (!officialTests.some(official => official.codename === codename)) {
    throw new Error(`the official suite has no test "${codename}"`)
  }
  const run = codename.includes('[Serial]') ? test : test.concurrent
  const patience = codename.includes('[Slow]') ? { timeout: slowMs } : {}
  run(codename, patience, async () => {
    await using context = await ConformanceContext.open(inject('conformanceKubeconfig'))
    try {
      await body(context)
    } catch (error) {
      throw new Error(`${context.steps()}\n${(error as Error).message}`, { cause: error })
    }
  })
}
