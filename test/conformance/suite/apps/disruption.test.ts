import { PolicyV1Api, type V1PodDisruptionBudget } from '@kubernetes/client-node'
import { expect } from 'vitest'
import { eventually } from '../../../support/eventually.ts'
import { conformance } from '../../support/conformance.ts'
import { mergePatch } from '../../support/patches.ts'
import { refused } from '../../support/refusals.ts'

const budget = (
  name: string,
  labels: Record<string, string> = {},
  minAvailable: number | string = 1,
): V1PodDisruptionBudget => ({
  metadata: { name, labels },
  spec: { minAvailable, selector: { matchLabels: { foo: 'bar' } } },
})

conformance(
  '[sig-apps] DisruptionController should create a PodDisruptionBudget [Conformance]',
  async ({ step, api, namespace }) => {
    const policy = api(PolicyV1Api)
    const key = { namespace, name: 'defaultbudget' }
    /** The controller has seen this state of the budget. */
    const isProcessed = () =>
      eventually(async () => {
        const { status, metadata } = await policy.readNamespacedPodDisruptionBudget(key)
        expect(status?.observedGeneration).toBe(metadata?.generation)
      })
    await step('create a budget: the controller sees it', async () => {
      await policy.createNamespacedPodDisruptionBudget({ namespace, body: budget(key.name) })
      await isProcessed()
    })
    await step('update how much it keeps: the controller sees it', async () => {
      await eventually(async () => {
        const body = await policy.readNamespacedPodDisruptionBudget(key)
        if (body.spec) body.spec.minAvailable = 2
        const updated = await policy.replaceNamespacedPodDisruptionBudget({ ...key, body })
        expect(updated.spec?.minAvailable).toBe(2)
      })
      await isProcessed()
    })
    await step('patch it to a share', async () => {
      const body = { spec: { minAvailable: '3%' } }
      const patched = await policy.patchNamespacedPodDisruptionBudget({ ...key, body }, mergePatch)
      expect(patched.spec?.minAvailable).toBe('3%')
      await isProcessed()
    })
    await step('delete it: it is gone', async () => {
      await policy.deleteNamespacedPodDisruptionBudget(key)
      await refused(404, policy.readNamespacedPodDisruptionBudget(key))
    })
  },
)

conformance(
  '[sig-apps] DisruptionController Listing PodDisruptionBudgets for all namespaces should list and delete a collection of PodDisruptionBudgets [Conformance]',
  async ({ step, api, namespace, uniqueName, createNamespace }) => {
    const policy = api(PolicyV1Api)
    const labelSelector = `budgets-of=${namespace}`
    const labels = { 'budgets-of': namespace }
    const other = uniqueName('other')
    const create = (namespace: string, name: string) =>
      policy.createNamespacedPodDisruptionBudget({ namespace, body: budget(name, labels) })
    const everywhere = async () =>
      (await policy.listPodDisruptionBudgetForAllNamespaces({ labelSelector })).items
        .map(({ metadata }) => `${metadata?.namespace}/${metadata?.name}`)
        .toSorted()
    const mine = async () =>
      (await policy.listNamespacedPodDisruptionBudget({ namespace })).items.map(
        ({ metadata }) => metadata?.name,
      )
    await step('create two here and one in another namespace', async () => {
      await createNamespace(other)
      await create(namespace, 'foo')
      await create(namespace, 'foo2')
      await create(other, 'foo3')
    })
    await step('the list of all namespaces has the three, that of ours two', async () => {
      expect(await everywhere()).toEqual(
        [`${namespace}/foo`, `${namespace}/foo2`, `${other}/foo3`].toSorted(),
      )
      expect(await mine()).toEqual(['foo', 'foo2'])
    })
    await step('delete ours as a collection: the other is left', async () => {
      await policy.deleteCollectionNamespacedPodDisruptionBudget({ namespace })
      expect(await mine()).toEqual([])
      expect(await everywhere()).toEqual([`${other}/foo3`])
    })
  },
)
