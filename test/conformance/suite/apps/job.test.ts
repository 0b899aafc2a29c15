import { BatchV1Api, PatchStrategy, setHeaderOptions, type V1Job } from '@kubernetes/client-node'
import { expect } from 'vitest'
import { eventually } from '../../../support/eventually.ts'
import { conformance } from '../../support/conformance.ts'
import { refused } from '../../support/refusals.ts'

const mergePatch = setHeaderOptions('Content-Type', PatchStrategy.MergePatch)

/** A Job whose Pods end well. */
function job(name: string, spec: Partial<V1Job['spec']> = {}): V1Job {
  const containers = [
    { name: 'main', image: 'registry.k8s.io/e2e-test-images/busybox:1.36.1-1', command: ['true'] },
  ]
  return {
    metadata: { name },
    spec: { template: { spec: { containers, restartPolicy: 'Never' } }, ...spec },
  }
}

conformance('[sig-apps] Job should delete a job [Conformance]', async context => {
  const { api, core, namespace, step } = context
  const batch = api(BatchV1Api)
  const key = { namespace, name: 'deleted' }
  const podsOf = async () =>
    (await core.listNamespacedPod({ namespace, labelSelector: 'job-name=deleted' })).items
  await step('create a Job of two: it makes two Pods', async () => {
    const body = job('deleted', { parallelism: 2, completions: 2 })
    await batch.createNamespacedJob({ namespace, body })
    await eventually(async () => expect(await podsOf()).toHaveLength(2))
  })
  await step('delete it in the background: it is gone, and its Pods follow', async () => {
    await batch.deleteNamespacedJob({ ...key, body: { propagationPolicy: 'Background' } })
    await eventually(() => refused(404, batch.readNamespacedJob(key)))
    await eventually(async () => expect(await podsOf()).toEqual([]))
  })
})

conformance(
  '[sig-apps] Job should create pods for an Indexed job with completion indexes and specified hostname [Conformance]',
  async context => {
    const { api, core, namespace, step } = context
    const batch = api(BatchV1Api)
    await step('create an indexed Job of four, two at a time: it completes', async () => {
      const body = job('indexed', { completionMode: 'Indexed', completions: 4, parallelism: 2 })
      await batch.createNamespacedJob({ namespace, body })
      await eventually(
        async () => {
          const { status } = await batch.readNamespacedJob({ namespace, name: 'indexed' })
          expect(status).toMatchObject({ succeeded: 4, completedIndexes: '0-3' })
          expect(status?.conditions).toContainEqual(
            expect.objectContaining({ type: 'Complete', status: 'True' }),
          )
        },
        { timeoutMs: 60_000 },
      )
    })
    await step(
      'each index had a Pod, with the index as annotation, label and hostname',
      async () => {
        const labelSelector = 'job-name=indexed'
        const { items } = await core.listNamespacedPod({ namespace, labelSelector })
        const annotation = 'batch.kubernetes.io/job-completion-index'
        const found = items.map(({ metadata, spec }) => [
          metadata?.annotations?.[annotation],
          metadata?.labels?.[annotation],
          spec?.hostname,
        ])
        expect(found.toSorted()).toEqual(
          ['0', '1', '2', '3'].map(index => [index, index, `indexed-${index}`]),
        )
      },
    )
  },
)

conformance('[sig-apps] Job should manage the lifecycle of a job [Conformance]', async context => {
  const { api, namespace, step, watch } = context
  const batch = api(BatchV1Api)
  const name = 'lifecycle'
  const labelSelector = `e2e-job-label=${namespace}`
  const listed = async () => (await batch.listJobForAllNamespaces({ labelSelector })).items
  const watched = await step('watch Jobs', () =>
    watch(`/apis/batch/v1/namespaces/${namespace}/jobs`),
  )
  await step('create a suspended Job: the watch tells it, and it makes no Pod', async () => {
    const body = job(name, { suspend: true, parallelism: 2, completions: 2 })
    body.metadata = { name, labels: { 'e2e-job-label': namespace } }
    await batch.createNamespacedJob({ namespace, body })
    await watched.until('ADDED', object => object.metadata.name === name)
    await watched.until('MODIFIED', ({ status }) =>
      status?.conditions?.some((one: { type: string }) => one.type === 'Suspended'),
    )
  })
  await step('patch it: the watch has the label', async () => {
    const body = { metadata: { labels: { [name]: 'patched' } } }
    await batch.patchNamespacedJob({ namespace, name, body }, mergePatch)
    await watched.until('MODIFIED', ({ metadata }) => metadata.labels[name] === 'patched')
  })
  await step('update it to go on: it completes', async () => {
    await eventually(async () => {
      const body = await batch.readNamespacedJob({ namespace, name })
      if (body.spec) body.spec.suspend = false
      body.metadata = { ...body.metadata, annotations: { updated: 'true' } }
      await batch.replaceNamespacedJob({ namespace, name, body })
    })
    const complete = await watched.until(
      'MODIFIED',
      ({ status }) => status?.conditions?.some((one: { type: string }) => one.type === 'Complete'),
      60_000,
    )
    expect(complete.metadata.annotations).toMatchObject({ updated: 'true' })
  })
  await step('list by the label over all namespaces: it alone is found', async () => {
    expect((await listed()).map(({ metadata }) => metadata?.name)).toEqual([name])
  })
  await step('delete the collection by the label: the watch tells it', async () => {
    await batch.deleteCollectionNamespacedJob({
      namespace,
      labelSelector,
      propagationPolicy: 'Background',
    })
    await watched.until('DELETED', object => object.metadata.name === name)
    expect(await listed()).toEqual([])
  })
})
