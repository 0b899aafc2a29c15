import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Random } from '../../fuzz/random.ts'
import { lacksOracle, Oracle } from '../../oracle/apply/oracle.ts'
import { type Difference, differenceIn, type Tally } from '../../oracle/apply/sequence.ts'
import { serve, servedDefinition } from '../../oracle/apply/served.ts'
import { served, subjects } from '../../oracle/apply/subjects.ts'
import { CustomResourceClient } from '../../support/custom-resources.ts'
import { titled } from '../../support/lanes.ts'
import { startCluster } from '../../support/start-cluster.ts'

const lack = lacksOracle()
const seed = Number(process.env['SEED'] ?? 1)
const objects = Number(process.env['OBJECTS'] ?? 200)

/**
 * Random applies and updates by three managers, through our functions and through structured-merge-diff 4.1.2, Debian's
 * version of the library that Kubernetes merges with. Where 6.3, which Kubernetes 1.35 has, does otherwise, ours is as
 * that, and the cases of test/integration/apiserver/apply say how: the order of lists, and items that were repeated
 * before. Each write starts from what ours came to before.
 */
describe.skipIf(lack)(titled('server-side apply and the library of Kubernetes', lack), () => {
  let oracle: Oracle
  beforeAll(async () => {
    oracle = await Oracle.start()
  })
  afterAll(() => oracle?.[Symbol.asyncDispose]())

  test.each(subjects().map(subject => [subject.kind, subject] as const))(
    'agree on a %s',
    async (kind, subject) => {
      await oracle.define(kind, subject.types)
      const tally: Tally = { done: 0, conflicts: 0, refused: 0 }
      let difference: Difference | undefined
      for (let index = 0; index < objects && !difference; index++)
        difference = await differenceIn(oracle, subject, Random.of(seed, index), tally)
      console.info(`seed ${seed}, ${kind}: ${JSON.stringify(tally)}`)
      expect(difference && JSON.stringify(difference, undefined, 2)).toBeUndefined()
      expect(Math.min(...Object.values(tally))).toBeGreaterThan(objects / 100)
    },
    600_000,
  )

  test('agree on a custom resource that is written over HTTP', async () => {
    await using cluster = await startCluster({ controllers: false })
    const client = new CustomResourceClient(cluster)
    await client.define(servedDefinition())
    const subject = served()
    await oracle.define(subject.kind, subject.types)
    const tally: Tally = { done: 0, conflicts: 0, refused: 0 }
    let difference: Difference | undefined
    for (let index = 0; index < objects && !difference; index++)
      difference = await differenceIn(
        oracle,
        subject,
        Random.of(seed, index),
        tally,
        (live, write) => serve(client, `object-${index}`, live, write),
      )
    console.info(`seed ${seed}, over HTTP: ${JSON.stringify(tally)}`)
    expect(difference && JSON.stringify(difference, undefined, 2)).toBeUndefined()
    expect(Math.min(...Object.values(tally))).toBeGreaterThan(objects / 100)
  }, 600_000)
})
