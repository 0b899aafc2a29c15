import type { V1Pod, V1PodSpec } from '@kubernetes/client-node'
import { eventually } from '../../support/eventually.ts'
import type { ConformanceContext } from './context.ts'

/** What tells a pod of a test from a plain one. */
export interface PodOptions {
  name: string
  labels?: Record<string, string>
  /** Over one container `main` that waits. */
  spec?: Partial<V1PodSpec>
  dryRun?: 'All'
}

/** A pod that waits until it is stopped, unless its spec says otherwise; it ends at once when deleted. */
export const waitingPod = ({ name, labels = {}, spec = {} }: PodOptions): V1Pod => ({
  metadata: { name, labels },
  spec: {
    terminationGracePeriodSeconds: 0,
    containers: [{ name: 'main', image: 'registry.k8s.io/pause:3.10.1' }],
    ...spec,
  },
})

/** Creates a pod in the test's namespace. */
export const createPod = (
  { core, namespace }: ConformanceContext,
  options: PodOptions,
): Promise<V1Pod> =>
  core.createNamespacedPod({
    namespace,
    body: waitingPod(options),
    ...(options.dryRun && { dryRun: options.dryRun }),
  })

/** Waits until the scheduler has bound a pod to a node. */
export const isScheduled = (
  { core, namespace }: ConformanceContext,
  name: string,
): Promise<V1Pod> =>
  eventually(async () => {
    const pod = await core.readNamespacedPod({ namespace, name })
    if (!pod.spec?.nodeName) throw new Error(`pod ${name} is not bound to a node`)
    return pod
  })

/** Waits until the scheduler has said that no node suits a pod; answers what it said. */
export const isUnschedulable = (
  { core, namespace }: ConformanceContext,
  name: string,
): Promise<string> =>
  eventually(async () => {
    const { status, spec } = await core.readNamespacedPod({ namespace, name })
    if (spec?.nodeName) throw new Error(`pod ${name} was bound to ${spec.nodeName}`)
    const condition = status?.conditions?.find(({ type }) => type === 'PodScheduled')
    if (condition?.status !== 'False' || condition.reason !== 'Unschedulable') {
      throw new Error(`pod ${name} is not told as unschedulable yet`)
    }
    return condition.message ?? ''
  })
