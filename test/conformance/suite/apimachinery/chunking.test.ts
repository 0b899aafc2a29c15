import type { V1PodTemplateList } from '@kubernetes/client-node'
import { expect } from 'vitest'
import { conformance } from '../../support/conformance.ts'
import type { ConformanceContext } from '../../support/context.ts'

const total = 400
const limit = 17

/** Creates many PodTemplates, some at a time. */
async function createTemplates({ core, namespace }: ConformanceContext): Promise<void> {
  const create = (index: number) =>
    core.createNamespacedPodTemplate({
      namespace,
      body: {
        metadata: { name: nameOf(index) },
        template: { spec: { containers: [{ name: 'test', image: 'test2' }] } },
      },
    })
  const left = Array.from({ length: total }, (_, index) => index).values()
  const createAll = async () => {
    for (const index of left) await create(index)
  }
  await Promise.all(Array.from({ length: 8 }, createAll))
}

const nameOf = (index: number): string => `template-${String(index).padStart(4, '0')}`

const namesOf = ({ items }: V1PodTemplateList) => items.map(({ metadata }) => metadata?.name)

conformance(
  '[sig-api-machinery] Servers with support for API chunking should return chunks of results for list calls [Conformance]',
  async context => {
    const { core, namespace, step } = context
    await step(`create ${total} PodTemplates`, () => createTemplates(context))
    await step(
      `list them by ${limit}: the pages are full, in order, and of one version`,
      async () => {
        const seen: (string | undefined)[] = []
        let version: string | undefined
        let next: string | undefined
        do {
          const page = await core.listNamespacedPodTemplate({
            namespace,
            limit,
            ...(next ? { _continue: next } : {}),
          })
          version ??= page.metadata?.resourceVersion
          next = page.metadata?._continue
          seen.push(...namesOf(page))
          expect(page.metadata?.resourceVersion).toBe(version)
          expect(page.metadata?.remainingItemCount ?? 0).toBe(total - seen.length)
          expect(page.items.length).toBe(next ? limit : total % limit)
        } while (next)
        expect(seen).toEqual(Array.from({ length: total }, (_, index) => nameOf(index)))
      },
    )
    await step('list them without a limit: all come at once', async () => {
      const list = await core.listNamespacedPodTemplate({ namespace })
      expect(list.items).toHaveLength(total)
      expect(list.metadata?._continue).toBeUndefined()
      expect(list.metadata?.remainingItemCount).toBeUndefined()
    })
  },
)
