import { expect } from 'vitest'
import { conformance } from '../../support/conformance.ts'
import {
  customDefinition,
  customResource,
  establish,
  version,
} from '../../support/custom-definitions.ts'
import type { AnyList } from '../../support/generic-resource.ts'
import { refused } from '../../support/refusals.ts'

conformance(
  '[sig-api-machinery] CustomResourceFieldSelectors [Privileged:ClusterAdmin] CustomResourceFieldSelectors MUST list and watch custom resources matching the field selector [Conformance]',
  async context => {
    const { step, watch } = context
    const schema = {
      type: 'object',
      properties: {
        color: { type: 'string' },
        quantity: { type: 'integer' },
        host: { type: 'object', properties: { name: { type: 'string' } } },
      },
    }
    const selectableFields = ['.color', '.quantity', '.host.name'].map(jsonPath => ({ jsonPath }))
    const definition = customDefinition(context, 'selectable', {
      versions: [
        version('v1', schema, { selectableFields }),
        version('v2', schema, { selectableFields, storage: false }),
      ],
    })
    const v1 = await step('create a definition of two versions with selectable fields', () =>
      establish(context, definition),
    )
    const v2 = customResource(context, definition, 'v2')
    const selector = { fieldSelector: 'color=blue,quantity=2' }
    const names = ({ items }: AnyList) => items.map(({ metadata }) => metadata?.name).toSorted()

    const watches = await step('watch what matches a selector, in both versions', async () => [
      await watch(v1.path, selector),
      await watch(v2.path, selector),
    ])
    const see = async (type: string, name: string) => {
      for (const watched of watches) {
        const event = await watched.next()
        expect([event.type, event.object.metadata.name]).toEqual([type, name])
      }
    }
    await step('create objects in both versions: the watches see those that match', async () => {
      await v1.create({ metadata: { name: 'one' }, color: 'blue', quantity: 2 })
      await v1.create({ metadata: { name: 'other-color' }, color: 'green', quantity: 2 })
      await v2.create({ metadata: { name: 'other-quantity' }, color: 'blue', quantity: 3 })
      await v2.create({ metadata: { name: 'two' }, color: 'blue', quantity: 2 })
      await see('ADDED', 'one')
      await see('ADDED', 'two')
    })
    await step('list by selectors, in both versions', async () => {
      for (const resource of [v1, v2]) {
        expect(names(await resource.list(selector))).toEqual(['one', 'two'])
        expect(names(await resource.list({ fieldSelector: 'color=blue' }))).toEqual([
          'one',
          'other-quantity',
          'two',
        ])
        expect(names(await resource.list({ fieldSelector: 'color!=blue' }))).toEqual([
          'other-color',
        ])
        expect(names(await resource.list({ fieldSelector: 'color=none' }))).toEqual([])
      }
    })
    await step('list by a field within another', async () => {
      await v1.patch('two', { host: { name: 'host-a' } })
      await see('MODIFIED', 'two')
      expect(names(await v2.list({ fieldSelector: 'host.name=host-a' }))).toEqual(['two'])
    })
    await step('list by a field that is not selectable: refused', async () => {
      const { message } = await refused(400, v1.list({ fieldSelector: 'size=1' }))
      expect(message).toContain('size')
    })
    await step('change an object to match: the watches see it added', async () => {
      await v2.patch('other-color', { color: 'blue' })
      await see('ADDED', 'other-color')
    })
    await step('change an object not to match: the watches see it deleted', async () => {
      await v1.patch('one', { color: 'red' })
      await see('DELETED', 'one')
      expect(names(await v2.list(selector))).toEqual(['other-color', 'two'])
    })
    await step(
      'delete one that matches, and one that does not: only the first is seen',
      async () => {
        await v1.delete('other-quantity')
        await v1.delete('two')
        await see('DELETED', 'two')
        expect(names(await v1.list(selector))).toEqual(['other-color'])
      },
    )
  },
)
