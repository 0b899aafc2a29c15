import { setTimeout as wait } from 'node:timers/promises'
import type { InputOf } from '#contract/contract.ts'
import type { UsageSample } from '#contract/usage.ts'
import { makeRandom } from './fake-rows.ts'
import type { FakeTable } from './fake-table.ts'

const everyMs = 15_000
const past = 20

/** What made-up pods and nodes use, with a past; the same in every run. */
export async function* fakeUsage(
  tables: ReadonlyMap<string, FakeTable>,
  { of }: InputOf<'usage.watch'>,
  signal: AbortSignal,
): AsyncGenerator<UsageSample> {
  const random = makeRandom(7)
  const rows = [...(tables.get(`/v1/${of}`)?.rows.values() ?? [])].filter(
    ({ status }) => !status || ['ok', 'bad'].includes(status.tone),
  )
  const size = of === 'nodes' ? 40 : 1
  const base = rows.map(row => ({
    key: row.namespace ? `${row.namespace}/${row.name}` : row.name,
    cpu: (4 + random() * 110) * size,
    memory: (50 + random() * 290) * 2 ** 20 * (of === 'nodes' ? 50 : 1),
  }))
  const sample = (at: number): UsageSample => ({
    at,
    amounts: Object.fromEntries(
      base.map(({ key, cpu, memory }) => [
        key,
        [Math.round(cpu * (0.7 + random() * 0.6)), Math.round(memory * (0.95 + random() * 0.1))],
      ]),
    ),
  })
  const now = Date.now()
  for (let step = past; step >= 0; step--) yield sample(now - step * everyMs)
  while (!signal.aborted) {
    await wait(everyMs, undefined, { signal }).catch(() => undefined)
    if (!signal.aborted) yield sample(Date.now())
  }
}
