import type { V1PodTemplate } from '@kubernetes/client-node'
import { expect } from 'vitest'
import { conformance } from '../../../support/conformance.ts'
import { strategicMergePatch } from '../../../support/patches.ts'

const podTemplate = (name: string, labels: Record<string, string>): V1PodTemplate => ({
  metadata: { name, labels },
  template: { spec: { containers: [{ name: 'nginx', image: 'nginx:1.14.2' }] } },
})

conformance(
  '[sig-node] PodTemplates should run the lifecycle of PodTemplates [Conformance]',
  async ({ step, core, namespace }) => {
    const key = { namespace, name: 'nginx-pod-template' }
    const labelSelector = `podtemplate-static=${namespace}`
    const everywhere = async () =>
      (await core.listPodTemplateForAllNamespaces({ labelSelector })).items
    await step('there is none yet', async () => expect(await everywhere()).toEqual([]))
    await step('create one: the list of all namespaces has it', async () => {
      const body = podTemplate(key.name, { 'podtemplate-static': namespace })
      await core.createNamespacedPodTemplate({ namespace, body })
      expect((await everywhere()).map(({ metadata }) => metadata?.name)).toEqual([key.name])
    })
    await step('patch a label: it is read back', async () => {
      const body = { metadata: { labels: { podtemplate: 'patched' } } }
      await core.patchNamespacedPodTemplate({ ...key, body }, strategicMergePatch)
      const { metadata } = await core.readNamespacedPodTemplate(key)
      expect(metadata?.labels).toMatchObject({ podtemplate: 'patched' })
    })
    await step('delete it: the list is empty again', async () => {
      await core.deleteNamespacedPodTemplate(key)
      expect(await everywhere()).toEqual([])
    })
  },
)

conformance(
  '[sig-node] PodTemplates should delete a collection of pod templates [Conformance]',
  async ({ step, core, namespace }) => {
    const labelSelector = 'podtemplate-set=true'
    const names = async () =>
      (await core.listNamespacedPodTemplate({ namespace, labelSelector })).items.map(
        ({ metadata }) => metadata?.name,
      )
    await step('create three with one label', async () => {
      for (const name of ['test-1', 'test-2', 'test-3']) {
        const body = podTemplate(name, { 'podtemplate-set': 'true' })
        await core.createNamespacedPodTemplate({ namespace, body })
      }
      expect(await names()).toEqual(['test-1', 'test-2', 'test-3'])
    })
    await step('delete them as a collection: none is left', async () => {
      await core.deleteCollectionNamespacedPodTemplate({ namespace, labelSelector })
      expect(await names()).toEqual([])
    })
  },
)

conformance(
  '[sig-node] PodTemplates should replace a pod template [Conformance]',
  async ({ step, core, namespace }) => {
    const key = { namespace, name: 'replaced' }
    const body = await step('create one', () =>
      core.createNamespacedPodTemplate({ namespace, body: podTemplate(key.name, {}) }),
    )
    await step(
      'replace it with an annotation: the answer and the next reading have it',
      async () => {
        body.metadata = { ...body.metadata, annotations: { updated: 'true' } }
        const answer = await core.replaceNamespacedPodTemplate({ ...key, body })
        expect(answer.metadata?.annotations).toEqual({ updated: 'true' })
        expect((await core.readNamespacedPodTemplate(key)).metadata?.annotations).toEqual({
          updated: 'true',
        })
      },
    )
  },
)
