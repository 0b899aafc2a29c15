import type { Transport } from '#client/transport.ts'
import type { WhyPanel } from '#contract/objects.ts'
import { findCondition, list, number, object, text, type Untyped } from '../status/conditions.ts'
import { readPath } from './read-object.ts'

type Placement = NonNullable<WhyPanel['placement']>

/** More names than this help nobody. */
const maxNames = 100

/**
 * Why the nodes don't take a pod: node by node where the cluster is one of ours and says so, else as its scheduler's
 * message counts them. Undefined for a pod that isn't looking for a node.
 */
export async function placementOf(
  transport: Transport,
  pod: Untyped,
  signal: AbortSignal,
): Promise<Placement | undefined> {
  const condition = findCondition(pod, 'PodScheduled')
  if (text(pod['kind']) !== 'Pod' || condition?.status !== 'False') return undefined
  const { namespace, name } = object(pod['metadata'])
  const path = `/slipway/scheduling/namespaces/${text(namespace)}/pods/${text(name)}`
  const told = await readPath(transport, path, signal).catch(() => undefined)
  return told ? readPlacement(told) : countedPlacement(condition.message ?? '')
}

function readPlacement(told: Untyped): Placement | undefined {
  const rejections = list(told['rejections'])
  if (rejections.length === 0) return undefined
  return {
    nodeCount: number(told['nodeCount']),
    reasons: rejections.map(({ plugin, reasons, nodes }) => ({
      reason: texts(reasons).join(', '),
      plugin: text(plugin),
      count: texts(nodes).length,
      nodes: texts(nodes).slice(0, maxNames),
    })),
    fits: texts(told['fits']).slice(0, maxNames),
  }
}

/** What the nodes said, and then what came of looking for claims to deallocate and for pods to displace. */
const counted =
  /^0\/(\d+) nodes are available: (.*?)\.(?: (?:no new claims|still not schedulable|preemption:).*)?$/s

/** Out of `0/5 nodes are available: 1 Insufficient cpu, 4 node(s) were unschedulable. no new claims to deallocate, preemption: …`. */
export function countedPlacement(message: string): Placement | undefined {
  const [, nodes, said] = counted.exec(message) ?? []
  if (nodes === undefined || said === undefined) return undefined
  const reasons = said.split(/, (?=\d+ )/).flatMap(part => {
    const [, count, reason] = /^(\d+) (.*)$/s.exec(part) ?? []
    return reason ? [{ reason, count: Number(count), nodes: [] }] : []
  })
  reasons.sort((a, b) => b.count - a.count)
  return reasons.length ? { nodeCount: Number(nodes), reasons, fits: [] } : undefined
}

const texts = (value: unknown): string[] => (Array.isArray(value) ? value.map(text) : [])
