import { errorMessage } from '#base/errors.ts'
import type { NodeChooser } from './choose-node.ts'
import type { Profile } from './configuration/profile.ts'
import type { ClusterListers } from './framework.ts'
import type { NodeState } from './node-state.ts'
import type { PodInfo } from './pod-info.ts'

/** Why a pod waits. */
export interface PodExplanation {
  nodeCount: number
  /** What holds it up whatever the node: a gate, or a claim that isn't there. */
  message?: string
  /** The nodes by what they object, the most frequent first. */
  rejections: RejectedNodes[]
  /** The nodes that would take it now. */
  fits: string[]
}

/** Nodes that object for the same reasons. */
export interface RejectedNodes {
  /** Whose rule it is, as upstream names the plugin. */
  plugin: string
  reasons: readonly string[]
  /** Whether displacing other pods may help. */
  preemption: boolean
  nodes: string[]
}

/** Why a pod has no node, with what is on the nodes now. */
export function explainPod(
  info: PodInfo,
  world: {
    profile: Profile
    chooser: NodeChooser
    listers: ClusterListers
    nodes: readonly NodeState[]
  },
): PodExplanation {
  const { profile, chooser, listers, nodes } = world
  const nothing = { nodeCount: nodes.length, rejections: [], fits: [] }
  for (const gate of profile.gates) {
    const message = gate.preEnqueue?.(info, listers)
    if (message) return { ...nothing, message }
  }
  const said = explanation(() => chooser.explain(info, nodes, profile))
  if (typeof said === 'string') return { ...nothing, message: said }
  const groups = new Map<string, RejectedNodes>()
  const fits: string[] = []
  for (const [{ name }, rejection] of said) {
    if (!rejection) {
      fits.push(name)
      continue
    }
    const { plugin, reasons, final } = rejection
    const key = JSON.stringify([plugin, reasons, final])
    const group = groups.get(key) ?? { plugin, reasons, preemption: !final, nodes: [] }
    group.nodes.push(name)
    groups.set(key, group)
  }
  const rejections = [...groups.values()].sort((a, b) => b.nodes.length - a.nodes.length)
  return { nodeCount: nodes.length, rejections, fits }
}

/** A rule that breaks holds a pod up as one that rejects it. */
function explanation(
  explain: () => ReturnType<NodeChooser['explain']>,
): ReturnType<NodeChooser['explain']> {
  try {
    return explain()
  } catch (error) {
    return errorMessage(error)
  }
}
