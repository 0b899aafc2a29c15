import { expect } from 'vitest'
import { conformance } from '../../support/conformance.ts'
import { mergePatch } from '../../support/patches.ts'
import { refused } from '../../support/refusals.ts'

conformance(
  '[sig-node] Node Lifecycle should run through the lifecycle of a node [Conformance]',
  async ({ step, core, uniqueName, defer }) => {
    const name = uniqueName('fake-node')
    const labelSelector = `fake-node=${name}`
    await step('create a Node: it is read back', async () => {
      defer(() => core.deleteNode({ name }))
      await core.createNode({
        body: {
          metadata: { name, labels: { 'fake-node': name } },
          status: { phase: 'Running', allocatable: { cpu: '4', memory: '8Gi' } },
        },
      })
      expect((await core.readNode({ name })).metadata?.name).toBe(name)
    })
    await step('patch a label: it is in the list by that label', async () => {
      const body = { metadata: { labels: { [name]: 'patched' } } }
      const patched = await core.patchNode({ name, body }, mergePatch)
      expect(patched.metadata?.labels).toMatchObject({ [name]: 'patched' })
      const { items } = await core.listNode({ labelSelector: `${name}=patched` })
      expect(items.map(({ metadata }) => metadata?.name)).toEqual([name])
    })
    await step('update it with an annotation', async () => {
      const body = await core.readNode({ name })
      body.metadata = { ...body.metadata, annotations: { updated: 'true' } }
      const updated = await core.replaceNode({ name, body })
      expect(updated.metadata?.annotations).toMatchObject({ updated: 'true' })
    })
    const condition = { type: 'E2E', status: 'True', reason: 'Set from an e2e test' }
    await step('patch its status with a condition', async () => {
      const body = { status: { conditions: [{ ...condition, message: 'patched' }] } }
      const patched = await core.patchNodeStatus({ name, body }, mergePatch)
      expect(patched.status?.conditions).toContainEqual(
        expect.objectContaining({ ...condition, message: 'patched' }),
      )
    })
    await step('update its status', async () => {
      const body = await core.readNodeStatus({ name })
      body.status = { ...body.status, conditions: [{ ...condition, message: 'updated' }] }
      const updated = await core.replaceNodeStatus({ name, body })
      expect(updated.status?.conditions).toContainEqual(
        expect.objectContaining({ ...condition, message: 'updated' }),
      )
    })
    await step('delete it as a collection: it is gone', async () => {
      await core.deleteCollectionNode({ labelSelector })
      await refused(404, core.readNode({ name }))
    })
  },
)
