import type { V1PodTemplateList } from '@kubernetes/client-node'
import { expect } from 'vitest'
import { eventually } from '../../../support/eventually.ts'
import { conformance } from '../../support/conformance.ts'
import type { ConformanceContext } from '../../support/context.ts'
import { refused } from '../../support/refusals.ts'

const total = 160
const limit = 17
const longLimit = 40
/** Upstream forgets history every five minutes. */
const compactedWithinMs = 12 * 60_000

const createTemplate = ({ core, namespace }: ConformanceContext, index: number) =>
  core.createNamespacedPodTemplate({
    namespace,
    body: {
      metadata: { name: nameOf(index) },
      template: { spec: { containers: [{ name: 'test', image: 'test2' }] } },
    },
  })

/** Creates many PodTemplates, some at a time. */
async function createTemplates(context: ConformanceContext): Promise<void> {
  const left = Array.from({ length: total }, (_, index) => index).values()
  const createAll = async () => {
    for (const index of left) await createTemplate(context, index)
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
          if (version === undefined) await createTemplate(context, total)
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
    await step('list them without a limit: all come at once, the late one, too', async () => {
      const list = await core.listNamespacedPodTemplate({ namespace })
      expect(list.items).toHaveLength(total + 1)
      expect(list.metadata?._continue).toBeUndefined()
      expect(list.metadata?.remainingItemCount).toBeUndefined()
    })
  },
)

conformance(
  '[sig-api-machinery] Servers with support for API chunking should support continue listing from the last key if the original version has been compacted away, though the list is inconsistent [Slow] [Conformance]',
  async context => {
    const { core, namespace, step } = context
    const page = (next: string) =>
      core.listNamespacedPodTemplate({ namespace, limit: longLimit, _continue: next })
    await step(`create ${total} PodTemplates`, () => createTemplates(context))
    const first = await step('list the first page', () =>
      core.listNamespacedPodTemplate({ namespace, limit: longLimit }),
    )
    expect(first.items).toHaveLength(longLimit)
    const token = await step('ask for the second until its token has expired: 410', () =>
      eventually(
        async () => {
          const { reason, metadata } = await refused(410, page(first.metadata?._continue ?? ''))
          expect(reason).toBe('Expired')
          // A refusal is as it was on the wire.
          return (metadata as { continue?: string }).continue ?? ''
        },
        { timeoutMs: compactedWithinMs, everyMs: 1000 },
      ),
    )
    const second = await step('go on with the token of the refusal: the second page', async () => {
      const found = await page(token)
      expect(namesOf(found)).toEqual(
        Array.from({ length: longLimit }, (_, index) => nameOf(longLimit + index)),
      )
      expect(found.metadata?.remainingItemCount).toBe(total - 2 * longLimit)
      expect(found.metadata?.resourceVersion).not.toBe(first.metadata?.resourceVersion)
      return found
    })
    await step('the other pages are of the second’s version', async () => {
      let { metadata } = second
      let seen = 2 * longLimit
      while (metadata?._continue) {
        const found = await page(metadata._continue)
        seen += found.items.length
        metadata = found.metadata
        expect(metadata?.resourceVersion).toBe(second.metadata?.resourceVersion)
        expect(metadata?.remainingItemCount ?? 0).toBe(total - seen)
      }
      expect(seen).toBe(total)
    })
  },
)
