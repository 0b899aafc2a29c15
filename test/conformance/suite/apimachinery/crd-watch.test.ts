import { expect } from 'vitest'
import { conformance } from '../../support/conformance.ts'
import { customDefinition, establish } from '../../support/custom-definitions.ts'

conformance(
  '[sig-api-machinery] CustomResourceDefinition Watch [Privileged:ClusterAdmin] CustomResourceDefinition Watch watch on custom resource definition objects [Conformance]',
  async context => {
    const { step, watch } = context
    const crds = await step('create a definition', () =>
      establish(context, customDefinition(context, 'watched')),
    )
    const watches = await step('watch two objects of its kind by name', async () => ({
      a: await watch(crds.path, { fieldSelector: 'metadata.name=a' }),
      b: await watch(crds.path, { fieldSelector: 'metadata.name=b' }),
    }))
    const see = async (name: 'a' | 'b', type: string, content: object) => {
      const event = await watches[name].next()
      expect(event.type).toBe(type)
      expect(event.object).toMatchObject({ metadata: { name }, ...content })
    }
    for (const name of ['a', 'b'] as const) {
      await step(`create ${name}: only its watch sees it added`, async () => {
        await crds.create({ metadata: { name }, content: { num: { num1: 1 } } })
        await see(name, 'ADDED', { content: { num: { num1: 1 } } })
      })
    }
    for (const name of ['a', 'b'] as const) {
      await step(`change ${name}: only its watch sees the change`, async () => {
        await crds.patch(name, { content: { num: { num1: 9999 } } })
        await see(name, 'MODIFIED', { content: { num: { num1: 9999 } } })
      })
    }
    for (const name of ['a', 'b'] as const) {
      await step(`delete ${name}: only its watch sees it go`, async () => {
        await crds.delete(name)
        await see(name, 'DELETED', { content: { num: { num1: 9999 } } })
      })
    }
    await step('neither watch has seen anything else', () => {
      expect([...watches.a.unread(), ...watches.b.unread()]).toEqual([])
    })
  },
)
