import { PatchStrategy, setHeaderOptions } from '@kubernetes/client-node'
import { expect } from 'vitest'
import { eventually } from '../../../support/eventually.ts'
import { conformance } from '../../support/conformance.ts'
import { createQuota } from '../../support/quotas.ts'
import { refused } from '../../support/refusals.ts'

const name = 'test-quota'
const mergePatch = setHeaderOptions('Content-Type', PatchStrategy.MergePatch)

conformance(
  '[sig-api-machinery] ResourceQuota should be able to update and delete ResourceQuota. [Conformance]',
  async context => {
    const { core, namespace, step } = context
    const key = { namespace, name }
    await step('create a quota: a read has its limits', async () => {
      const hard = { cpu: '1', memory: '500Mi' }
      await createQuota(context, name, { hard })
      expect((await core.readNamespacedResourceQuota(key)).spec?.hard).toEqual(hard)
    })
    await step('update its limits: the answer and a read have the new ones', async () => {
      const hard = { cpu: '2', memory: '1Gi' }
      const updated = await eventually(async () => {
        const body = await core.readNamespacedResourceQuota(key)
        body.spec = { hard }
        return core.replaceNamespacedResourceQuota({ ...key, body })
      })
      expect(updated.spec?.hard).toEqual(hard)
      expect((await core.readNamespacedResourceQuota(key)).spec?.hard).toEqual(hard)
    })
    await step('delete it: it is gone', async () => {
      await core.deleteNamespacedResourceQuota(key)
      await eventually(() => refused(404, core.readNamespacedResourceQuota(key)))
    })
  },
)

conformance(
  '[sig-api-machinery] ResourceQuota should manage the lifecycle of a ResourceQuota [Conformance]',
  async context => {
    const { core, namespace, step, uniqueName } = context
    const label = uniqueName('quota')
    const labelSelector = `e2e-rq-label=${label}`
    const listed = async () =>
      (await core.listResourceQuotaForAllNamespaces({ labelSelector })).items
    await step('create a quota with a label', () =>
      core.createNamespacedResourceQuota({
        namespace,
        body: {
          metadata: { name, labels: { 'e2e-rq-label': label } },
          spec: { hard: { cpu: '500m', memory: '500Mi' } },
        },
      }),
    )
    await step('get it', async () => {
      const { spec } = await core.readNamespacedResourceQuota({ namespace, name })
      expect(spec?.hard).toEqual({ cpu: '500m', memory: '500Mi' })
    })
    await step('list by the label over all namespaces: it alone is found', async () => {
      expect((await listed()).map(({ metadata }) => metadata?.name)).toEqual([name])
    })
    await step('patch a label and its limits: the answer has both', async () => {
      const hard = { cpu: '750m', memory: '750Mi' }
      const body = { metadata: { labels: { [name]: 'patched' } }, spec: { hard } }
      const patched = await core.patchNamespacedResourceQuota({ namespace, name, body }, mergePatch)
      expect(patched.metadata?.labels).toMatchObject({ [name]: 'patched', 'e2e-rq-label': label })
      expect(patched.spec?.hard).toEqual(hard)
    })
    await step('delete the collection by the label: none is left', async () => {
      await core.deleteCollectionNamespacedResourceQuota({ namespace, labelSelector })
      await eventually(async () => expect(await listed()).toEqual([]))
    })
  },
)

conformance(
  '[sig-api-machinery] ResourceQuota should apply changes to a resourcequota status [Conformance]',
  async context => {
    const { core, namespace, step, watch } = context
    const key = { namespace, name }
    const first = { cpu: '500m', memory: '500Mi' }
    const second = { cpu: '1', memory: '1Gi' }
    await step('create a quota: its status gets the limits of its spec', () =>
      createQuota(context, name, { hard: first }),
    )
    const watched = await step('watch it', () =>
      watch(`/api/v1/namespaces/${namespace}/resourcequotas`),
    )
    await step('update the status: the answer has the new values', async () => {
      const updated = await eventually(async () => {
        const body = await core.readNamespacedResourceQuotaStatus(key)
        body.status = { ...body.status, hard: { cpu: '300m', memory: '300Mi' } }
        return core.replaceNamespacedResourceQuotaStatus({ ...key, body })
      })
      expect(updated.status?.hard).toEqual({ cpu: '300m', memory: '300Mi' })
      expect(updated.spec?.hard).toEqual(first)
    })
    await step('patch the limits of the spec: the status follows', async () => {
      const body = { spec: { hard: second } }
      const patched = await core.patchNamespacedResourceQuota({ ...key, body }, mergePatch)
      expect(patched.spec?.hard).toEqual(second)
      await watched.until(
        'MODIFIED',
        ({ status }) => status.hard?.cpu === '1' && status.hard.memory === '1Gi',
      )
      const { status } = await core.readNamespacedResourceQuotaStatus(key)
      expect(status?.hard).toEqual(second)
    })
    await step('patch the status: the answer has it, and the spec is as before', async () => {
      const body = { status: { hard: { cpu: '2', memory: '2Gi' } } }
      const patched = await core.patchNamespacedResourceQuotaStatus({ ...key, body }, mergePatch)
      expect(patched.status?.hard).toEqual({ cpu: '2', memory: '2Gi' })
      expect(patched.spec?.hard).toEqual(second)
      expect((await core.readNamespacedResourceQuota(key)).spec?.hard).toEqual(second)
    })
  },
)
