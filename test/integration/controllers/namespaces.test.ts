import { afterAll, beforeAll, expect, test } from 'vitest'
import { configMaps, namespaces, secrets } from '#client/resource-types.ts'
import { namespaceController } from '#control-plane/controllers/namespace/namespace.ts'
import { isForbidden, isNotFound } from '#kubernetes/status-error.ts'
import { type ControlledCluster, startControlledCluster } from '../../support/controlled-cluster.ts'
import { eventually } from '../../support/eventually.ts'

let controlled: ControlledCluster

beforeAll(async () => {
  controlled = await startControlledCluster({ only: [namespaceController] })
})

afterAll(async () => {
  await controlled?.[Symbol.asyncDispose]()
})

test('a namespace that something holds up says what, takes nothing new, and goes when it is let go', async () => {
  const { client } = controlled
  await client.create(namespaces, { metadata: { name: 'held' }, spec: {} })
  const kept = await client.create(configMaps, {
    metadata: { name: 'kept', namespace: 'held', finalizers: ['example.com/hold'] },
  })
  const loose = await client.create(secrets, { metadata: { name: 'loose', namespace: 'held' } })
  await client.delete(namespaces, { name: 'held' })
  await eventually(async () => {
    const { status } = await client.get(namespaces, { name: 'held' })
    expect(status?.phase).toBe('Terminating')
    const conditions = Object.fromEntries(
      (status?.conditions ?? []).map(({ type, status: value, message }) => [
        type,
        [value, message],
      ]),
    )
    expect(conditions).toMatchObject({
      NamespaceDeletionDiscoveryFailure: ['False', 'All resources successfully discovered'],
      NamespaceContentRemaining: [
        'True',
        'Some resources are remaining: configmaps. has 1 resource instances',
      ],
      NamespaceFinalizersRemaining: [
        'True',
        'Some content in the namespace has finalizers remaining: example.com/hold in 1 resource instances',
      ],
    })
  })
  await expect(client.get(secrets, loose.metadata)).rejects.toSatisfy(isNotFound)
  const late = client.create(configMaps, { metadata: { name: 'late', namespace: 'held' } })
  await expect(late).rejects.toSatisfy(isForbidden)
  await controlled.restart()
  const free = { metadata: { finalizers: null } }
  await client.patch(configMaps, kept.metadata, free, { type: 'merge' })
  await eventually(() =>
    expect(client.get(namespaces, { name: 'held' })).rejects.toSatisfy(isNotFound),
  )
})
