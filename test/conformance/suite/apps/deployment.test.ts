import { AppsV1Api } from '@kubernetes/client-node'
import { expect } from 'vitest'
import { eventually } from '../../../support/eventually.ts'
import { conformance } from '../../support/conformance.ts'
import type { ConformanceContext } from '../../support/context.ts'
import {
  checkScale,
  checkStatus,
  firstImage,
  podTemplate,
  readyPods,
  secondImage,
  workload,
  workloads,
} from '../../support/workloads.ts'

conformance(
  '[sig-apps] Deployment Deployment should have a working scale subresource [Conformance]',
  context => checkScale(context, 'Deployment'),
)

conformance(
  '[sig-apps] Deployment should validate Deployment Status endpoints [Conformance]',
  context => checkStatus(context, 'Deployment'),
)

/** The ReplicaSets of a test's namespace, the newest revision last. */
async function revisions({ api, namespace }: ConformanceContext) {
  const { items } = await api(AppsV1Api).listNamespacedReplicaSet({ namespace })
  const revisionOf = (one: (typeof items)[number]) =>
    Number(one.metadata?.annotations?.['deployment.kubernetes.io/revision'])
  return items.toSorted((a, b) => revisionOf(a) - revisionOf(b))
}

const replace = (context: ConformanceContext, name: string) =>
  workloads(context, 'Deployment').patch(name, {
    spec: { template: podTemplate({ app: name }, secondImage) },
  })

conformance(
  '[sig-apps] Deployment RollingUpdateDeployment should delete old pods and create new ones [Conformance]',
  async context => {
    const { api, namespace, step } = context
    await step('create a ReplicaSet, and a Deployment that takes it over', async () => {
      const labels = { app: 'rolling' }
      await workloads(context, 'ReplicaSet').create(workload('ReplicaSet', 'rolling', { labels }))
      await readyPods(context, 'rolling', 1)
      const deployment = workload('Deployment', 'rolling', {
        template: podTemplate({ app: 'rolling' }, secondImage),
      })
      await workloads(context, 'Deployment').create(deployment)
    })
    await step('its Pods are replaced by Pods of the new template', () =>
      eventually(async () => {
        const [pod] = await readyPods(context, 'rolling', 1)
        expect(pod?.spec?.containers[0]?.image).toBe(secondImage)
      }),
    )
    await step(
      'the old ReplicaSet is its own, and has no Pods; the new one is the second',
      async () => {
        const { metadata } = await api(AppsV1Api).readNamespacedDeployment({
          namespace,
          name: 'rolling',
        })
        await eventually(async () => {
          const [old, fresh, ...others] = await revisions(context)
          expect(others).toEqual([])
          expect(old?.metadata?.name).toBe('rolling')
          expect([old?.spec?.replicas, fresh?.spec?.replicas]).toEqual([0, 1])
          for (const one of [old, fresh]) {
            expect(one?.metadata?.ownerReferences?.map(({ uid }) => uid)).toEqual([metadata?.uid])
          }
        })
      },
    )
  },
)

conformance(
  '[sig-apps] Deployment RecreateDeployment should delete old pods and create new ones [Conformance]',
  async context => {
    const { core, namespace, step, watch } = context
    await step('create a Deployment that recreates: its Pod runs', async () => {
      await workloads(context, 'Deployment').create(
        workload('Deployment', 'recreated', { strategy: { type: 'Recreate' } }),
      )
      await readyPods(context, 'recreated', 1)
    })
    const { metadata } = await core.listNamespacedPod({ namespace })
    const watched = await watch(`/api/v1/namespaces/${namespace}/pods`, {
      resourceVersion: metadata?.resourceVersion ?? '',
    })
    await step('change its template: the old Pod is gone before the new one is made', async () => {
      await replace(context, 'recreated')
      const gone = await watched.until('DELETED')
      expect(gone.spec.containers[0].image).toBe(firstImage)
      const made = await watched.until('ADDED')
      expect(made.spec.containers[0].image).toBe(secondImage)
      expect(Number(made.metadata.resourceVersion)).toBeGreaterThan(
        Number(gone.metadata.resourceVersion),
      )
    })
  },
)

conformance(
  '[sig-apps] Deployment deployment should delete old replica sets [Conformance]',
  async context => {
    const { step } = context
    await step('create a Deployment that keeps no history', async () => {
      await workloads(context, 'Deployment').create(
        workload('Deployment', 'forgetful', { revisionHistoryLimit: 0 }),
      )
      await readyPods(context, 'forgetful', 1)
      expect(await revisions(context)).toHaveLength(1)
    })
    await step('change its template: in the end only the new ReplicaSet is left', async () => {
      await replace(context, 'forgetful')
      await eventually(async () => {
        const [left, ...others] = await revisions(context)
        expect(others).toEqual([])
        expect(left?.spec?.template?.spec?.containers[0]?.image).toBe(secondImage)
      })
      await readyPods(context, 'forgetful', 1)
    })
  },
)
