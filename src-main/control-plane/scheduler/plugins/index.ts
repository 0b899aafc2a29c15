import type { DocumentFields } from '#base/document-fields.ts'
import {
  balancedAllocationArgs,
  dynamicResourcesArgs,
  interPodAffinityArgs,
  nodeAffinityArgs,
  nodeResourcesFitArgs,
  podTopologySpreadArgs,
  preemptionArgs,
  volumeBindingArgs,
} from '../configuration/plugin-arguments.ts'
import type { ExtensionPoint } from '../extension-points.ts'
import type { Plugin } from '../framework.ts'
import { dynamicResources } from './dynamic-resources.ts'
import { imageLocality } from './image-locality.ts'
import { interPodAffinity } from './inter-pod-affinity.ts'
import { nodeAffinity } from './node-affinity.ts'
import { nodeName } from './node-name.ts'
import { nodePorts } from './node-ports.ts'
import { nodeResourcesBalancedAllocation } from './node-resources-balanced-allocation.ts'
import { nodeResourcesFit } from './node-resources-fit.ts'
import { nodeUnschedulable } from './node-unschedulable.ts'
import { nodeVolumeLimits } from './node-volume-limits.ts'
import { podTopologySpread } from './pod-topology-spread.ts'
import { schedulingGates } from './scheduling-gates.ts'
import { taintToleration } from './taint-toleration.ts'
import { volumeBinding } from './volume-binding.ts'
import { volumeRestrictions } from './volume-restrictions.ts'
import { volumeZone } from './volume-zone.ts'

/** A plugin as the configuration knows it. */
export interface PluginDefinition {
  readonly name: string
  readonly points: readonly ExtensionPoint[]
  /** How much its score counts unless a profile says otherwise. */
  readonly weight?: number
  /** Throws for arguments that aren't right, naming the field. */
  create(args: DocumentFields): Plugin
}

const filters = ['preFilter', 'filter'] as const
const scores = ['preScore', 'score'] as const
const plain = (plugin: Plugin) => () => plugin

/**
 * All plugins, in the order of upstream's default profile: of the filters, the first that rejects a node gives the
 * reason. What a plugin without rules of its own does (the order of the queue, preemption, the binding itself) is the
 * scheduler's own work, which a profile can take away but not replace.
 */
export const pluginDefinitions: readonly PluginDefinition[] = [
  { name: 'SchedulingGates', points: ['preEnqueue'], create: plain(schedulingGates) },
  { name: 'PrioritySort', points: ['queueSort'], create: plain({ name: 'PrioritySort' }) },
  { name: 'NodeUnschedulable', points: ['filter'], create: plain(nodeUnschedulable) },
  { name: 'NodeName', points: ['filter'], create: plain(nodeName) },
  {
    name: 'TaintToleration',
    points: ['filter', ...scores],
    weight: 3,
    create: plain(taintToleration),
  },
  {
    name: 'NodeAffinity',
    points: [...filters, ...scores],
    weight: 2,
    create: args => nodeAffinity(nodeAffinityArgs(args)),
  },
  { name: 'NodePorts', points: filters, create: plain(nodePorts) },
  {
    name: 'NodeResourcesFit',
    points: [...filters, ...scores],
    weight: 1,
    create: args => nodeResourcesFit(nodeResourcesFitArgs(args)),
  },
  { name: 'VolumeRestrictions', points: filters, create: plain(volumeRestrictions) },
  { name: 'NodeVolumeLimits', points: filters, create: plain(nodeVolumeLimits) },
  {
    name: 'VolumeBinding',
    points: [...filters, ...scores, 'reserve', 'preBind'],
    create: args => {
      volumeBindingArgs(args)
      return volumeBinding
    },
  },
  { name: 'VolumeZone', points: filters, create: plain(volumeZone) },
  {
    name: 'PodTopologySpread',
    points: [...filters, ...scores],
    weight: 2,
    create: args => podTopologySpread(podTopologySpreadArgs(args)),
  },
  {
    name: 'InterPodAffinity',
    points: [...filters, ...scores],
    weight: 2,
    create: args => interPodAffinity(interPodAffinityArgs(args)),
  },
  {
    name: 'DynamicResources',
    points: ['preEnqueue', ...filters, 'postFilter', 'score', 'reserve', 'preBind'],
    weight: 2,
    create: args => dynamicResources(dynamicResourcesArgs(args)),
  },
  {
    name: 'DefaultPreemption',
    points: ['postFilter'],
    create: args => {
      preemptionArgs(args)
      return { name: 'DefaultPreemption' }
    },
  },
  {
    name: 'NodeResourcesBalancedAllocation',
    points: scores,
    weight: 1,
    create: args => nodeResourcesBalancedAllocation(balancedAllocationArgs(args)),
  },
  { name: 'ImageLocality', points: ['score'], weight: 1, create: plain(imageLocality) },
  { name: 'DefaultBinder', points: ['bind'], create: plain({ name: 'DefaultBinder' }) },
]
