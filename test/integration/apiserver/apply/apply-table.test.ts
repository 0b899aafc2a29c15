import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { FakeClock } from '#base/fake-clock.ts'
import { CustomResourceClient } from '../../../support/custom-resources.ts'
import { startCluster, type TestCluster } from '../../../support/start-cluster.ts'
import { areas } from './cases/index.ts'
import { CaseRunner } from './run-case.ts'
import { widgets } from './widget.ts'

const clock = new FakeClock(Math.floor(Date.now() / 1000) * 1000)
let cluster: TestCluster
let runner: CaseRunner

beforeAll(async () => {
  cluster = await startCluster({ controllers: false, clock })
  await new CustomResourceClient(cluster).define(widgets())
  runner = new CaseRunner(cluster, () => {
    clock.jump(60_000)
    return clock.now()
  })
})
afterAll(() => cluster?.[Symbol.asyncDispose]())

describe.each(Object.entries(areas))('server-side apply: %s', (area, cases) => {
  test.each(cases.map((one, index) => [one.name, one, index] as const))(
    '%s',
    async (_name, one, index) => {
      await runner.run(one, `${area.replaceAll(/\W+/g, '-')}-${index}`)
    },
  )
})

test('the table of server-side apply has no two cases of the same name', () => {
  const names = Object.values(areas).flatMap(cases => cases.map(({ name }) => name))
  expect(new Set(names).size).toBe(names.length)
})
