import type { DocumentFields } from '#base/document-fields.ts'
import { parseDuration } from '#base/durations.ts'
import type { NodeAffinity } from '#kubernetes/api/core-v1.ts'
import type { PreemptionArgs } from '../find-victims.ts'
import type { DynamicResourcesArgs } from '../plugins/dynamic-resources.ts'
import type { InterPodAffinityArgs } from '../plugins/inter-pod-affinity.ts'
import type { NodeAffinityArgs } from '../plugins/node-affinity.ts'
import type {
  NodeResourcesFitArgs,
  ResourceWeight,
  ScoringStrategy,
} from '../plugins/node-resources-fit.ts'
import type { DefaultConstraint, PodTopologySpreadArgs } from '../plugins/pod-topology-spread.ts'

const maxInt = 2 ** 31 - 1
const usualResources: readonly ResourceWeight[] = [
  { name: 'cpu', weight: 1 },
  { name: 'memory', weight: 1 },
]
/** What upstream calls the system's default constraints. */
const builtInConstraints: readonly DefaultConstraint[] = [
  { topologyKey: 'kubernetes.io/hostname', whenUnsatisfiable: 'ScheduleAnyway', maxSkew: 3 },
  { topologyKey: 'topology.kubernetes.io/zone', whenUnsatisfiable: 'ScheduleAnyway', maxSkew: 5 },
]

/** The arguments of upstream's plugins, with their defaults; each throws for what isn't right. */
export function preemptionArgs(args: DocumentFields): PreemptionArgs {
  return finish(args, {
    minCandidateNodesPercentage: args.integer('minCandidateNodesPercentage', 0, 100) ?? 10,
    minCandidateNodesAbsolute: args.integer('minCandidateNodesAbsolute', 0, maxInt) ?? 100,
  })
}

export function interPodAffinityArgs(args: DocumentFields): InterPodAffinityArgs {
  return finish(args, {
    hardPodAffinityWeight: args.integer('hardPodAffinityWeight', 0, 100) ?? 1,
    ignorePreferredTermsOfExistingPods: args.boolean('ignorePreferredTermsOfExistingPods') ?? false,
  })
}

export function nodeAffinityArgs(args: DocumentFields): NodeAffinityArgs {
  return finish(args, { addedAffinity: args.any('addedAffinity') as NodeAffinity | undefined })
}

export function volumeBindingArgs(args: DocumentFields): { bindTimeoutSeconds: number } {
  return finish(args, { bindTimeoutSeconds: args.integer('bindTimeoutSeconds', 0, maxInt) ?? 600 })
}

/** Of `bindingTimeout` nothing depends: bindings are over at once here. */
export function dynamicResourcesArgs(args: DocumentFields): DynamicResourcesArgs {
  const filterTimeoutMs = duration(args, 'filterTimeout') ?? 10_000
  duration(args, 'bindingTimeout')
  return finish(args, { filterTimeoutMs })
}

function duration(args: DocumentFields, field: string): number | undefined {
  const text = args.text(field)
  if (text === undefined) return undefined
  const ms = text === '0' ? 0 : parseDuration(text)
  if (ms === undefined) throw args.wrong(field, `a duration such as 10s is wanted, not ${text}`)
  return ms
}

export function balancedAllocationArgs(args: DocumentFields): {
  resources: readonly ResourceWeight[]
} {
  return finish(args, { resources: resourceWeights(args, 1) })
}

export function nodeResourcesFitArgs(args: DocumentFields): NodeResourcesFitArgs {
  const strategy = args.part('scoringStrategy')
  return finish(args, {
    ignoredResources: args.texts('ignoredResources') ?? [],
    ignoredResourceGroups: args.texts('ignoredResourceGroups') ?? [],
    strategy: strategy
      ? scoringStrategy(strategy)
      : { type: 'LeastAllocated', resources: usualResources },
  })
}

function scoringStrategy(args: DocumentFields): ScoringStrategy {
  const type =
    args.oneOf('type', ['LeastAllocated', 'MostAllocated', 'RequestedToCapacityRatio']) ??
    'LeastAllocated'
  const resources = resourceWeights(args, 100)
  const ratio = args.part('requestedToCapacityRatio')
  if (type !== 'RequestedToCapacityRatio') return finish(args, { type, resources })
  const points = ratio?.list('shape') ?? []
  if (points.length === 0) throw args.wrong('requestedToCapacityRatio.shape', 'points are wanted')
  const shape = points.map(point =>
    finish(point, {
      utilization: wanted(point, 'utilization', point.integer('utilization', 0, 100)),
      score: wanted(point, 'score', point.integer('score', 0, 10)),
    }),
  )
  const unordered = shape.findIndex(
    ({ utilization }, index) => utilization <= (shape[index - 1]?.utilization ?? -1),
  )
  if (unordered >= 0) {
    throw args.wrong(
      `requestedToCapacityRatio.shape[${unordered}].utilization`,
      'must be greater than that of the point before',
    )
  }
  ratio?.done()
  return finish(args, { type, resources, shape })
}

function resourceWeights(args: DocumentFields, most: number): readonly ResourceWeight[] {
  const resources = args.list('resources')?.map(resource =>
    finish(resource, {
      name: wanted(resource, 'name', resource.text('name')),
      weight: resource.integer('weight', 1, most) ?? 1,
    }),
  )
  return resources?.length ? resources : usualResources
}

export function podTopologySpreadArgs(args: DocumentFields): PodTopologySpreadArgs {
  const type = args.oneOf('defaultingType', ['System', 'List']) ?? 'System'
  const listed = args.list('defaultConstraints')?.map(readConstraint) ?? []
  if (type === 'System' && listed.length > 0) {
    throw args.wrong('defaultConstraints', 'may only be given with defaultingType List')
  }
  const areBuiltIn = type === 'System'
  return finish(args, {
    areBuiltIn,
    defaultConstraints: areBuiltIn ? builtInConstraints : listed,
  })
}

const readConstraint = (one: DocumentFields): DefaultConstraint =>
  finish(one, {
    maxSkew: wanted(one, 'maxSkew', one.integer('maxSkew', 1, maxInt)),
    topologyKey: wanted(one, 'topologyKey', one.text('topologyKey')),
    whenUnsatisfiable: wanted(
      one,
      'whenUnsatisfiable',
      one.oneOf('whenUnsatisfiable', ['DoNotSchedule', 'ScheduleAnyway']),
    ),
  })

function wanted<T>(args: DocumentFields, field: string, value: T | undefined): T {
  if (value === undefined) throw args.wrong(field, 'is wanted')
  return value
}

/** The answer, once nothing of the arguments is left over; they may say what kind they are. */
function finish<T>(args: DocumentFields, answer: T): T {
  args.text('apiVersion')
  args.text('kind')
  args.done()
  return answer
}
