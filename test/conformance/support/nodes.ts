import type { V1Node } from '@kubernetes/client-node'
import { eventually } from '../../support/eventually.ts'
import type { ConformanceContext } from './context.ts'
import { mergePatch } from './patches.ts'

/** Nodes that take plain pods: ready, schedulable, without taints. Throws when there is none. */
export async function usableNodes({ core }: ConformanceContext): Promise<[V1Node, ...V1Node[]]> {
  const { items } = await core.listNode()
  const [first, ...others] = items.filter(
    ({ spec, status }) =>
      !spec?.unschedulable &&
      !spec?.taints?.some(({ effect }) => effect !== 'PreferNoSchedule') &&
      status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True'),
  )
  if (!first) throw new Error('the cluster has no node that takes plain pods')
  return [first, ...others]
}

/** The name of a node, which its label `kubernetes.io/hostname` need not be. */
export const nodeName = ({ metadata }: V1Node): string => metadata?.name ?? ''

/** Gives a node a label, which it loses when the test ends. */
export async function labelNode(
  { core, defer }: ConformanceContext,
  name: string,
  key: string,
  value: string,
): Promise<void> {
  const label = (value: string | null) =>
    core.patchNode({ name, body: { metadata: { labels: { [key]: value } } } }, mergePatch)
  defer(() => label(null))
  await label(value)
}

/**
 * Gives a node so much of an extended resource of that name, which nobody else asks for; it goes when the test ends.
 * Waits until the node offers it.
 */
export async function offerResource(
  { core, defer }: ConformanceContext,
  node: string,
  resource: string,
  amount: number,
): Promise<void> {
  const offer = (value: string | null) =>
    core.patchNodeStatus(
      {
        name: node,
        body: { status: { capacity: { [resource]: value }, allocatable: { [resource]: value } } },
      },
      mergePatch,
    )
  defer(() => offer(null))
  await offer(String(amount))
  await eventually(async () => {
    const { status } = await core.readNode({ name: node })
    if (!status?.allocatable?.[resource]) {
      throw new Error(`node ${node} does not offer ${resource} yet`)
    }
  })
}
