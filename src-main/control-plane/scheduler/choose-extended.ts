import type { NodeChooser } from './choose-node.ts'
import type { Profile } from './configuration/profile.ts'
import { extenderPlugin } from './extender-plugin.ts'
import type { Extenders } from './extenders/extenders.ts'
import type { FitFailure } from './fit-error.ts'
import type { NodeState } from './node-state.ts'
import type { PodInfo } from './pod-info.ts'

interface Choice {
  extenders: Extenders
  profile: Profile
  chooser: NodeChooser
  nodes: () => readonly NodeState[]
}

/**
 * The best node for a pod of those that our rules and the extenders let it go to. Throws when an extender fails that
 * can't be done without.
 */
export const chooseExtended = (pod: PodInfo, by: Choice): Promise<NodeState | FitFailure> =>
  choose(pod, by, { heedsPromise: true })

async function choose(
  pod: PodInfo,
  by: Choice,
  how: { heedsPromise: boolean },
): Promise<NodeState | FitFailure> {
  const { extenders, profile, chooser } = by
  const nodes = by.nodes()
  const found = chooser.find(pod, nodes, profile, how)
  if (!('feasible' in found)) return found
  const answer = await extenders.filter(pod, found.feasible)
  if (answer.nodes.length > 0) {
    const more = answer.nodes.length > 1 ? await extenders.scores(pod, answer.nodes) : new Map()
    return chooser.best(pod, answer.nodes, { nodes, profile, more })
  }
  if (found.isPromised) return choose(pod, by, { heedsPromise: false })
  const failure = found.failure()
  return {
    ...failure,
    rejections: new Map([...failure.rejections, ...answer.rejections]),
    plugins: new Set([...failure.plugins, extenderPlugin]),
  }
}
