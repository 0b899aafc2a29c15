import fc from 'fast-check'

const isFull = process.env['SLIPWAY_TEST_FULL'] === '1'
/** For the many runs of the long lanes. */
export const longTimeoutMs = 900_000
const { SEED, SEED_PATH } = process.env

/**
 * Checks a property with random inputs: `runs` of them a push, twenty times as many in the long lanes. The seed is
 * printed; `SEED=… SEED_PATH=…` of a failure's report play the same input again.
 */
export async function checkProperty<T>(
  arbitrary: fc.Arbitrary<T>,
  runs: number,
  check: (input: T) => Promise<void>,
): Promise<void> {
  const seed = SEED === undefined ? Math.floor(Math.random() * 2 ** 31) : Number(SEED)
  console.info(`seed ${seed}`)
  await fc.assert(fc.asyncProperty(arbitrary, check), {
    seed,
    numRuns: isFull ? runs * 20 : runs,
    endOnFailure: true,
    ...(SEED_PATH ? { path: SEED_PATH } : {}),
  })
}
