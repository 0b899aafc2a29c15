import { NodeChooser } from '#control-plane/scheduler/choose-node.ts'
import type { Profile } from '#control-plane/scheduler/configuration/profile.ts'
import { readConfiguration } from '#control-plane/scheduler/configuration/read-configuration.ts'
import { type Candidate, findCandidates } from '#control-plane/scheduler/find-victims.ts'
import { fitMessage } from '#control-plane/scheduler/fit-error.ts'
import type { ClusterListers } from '#control-plane/scheduler/framework.ts'
import { NodeState } from '#control-plane/scheduler/node-state.ts'
import { Nominations } from '#control-plane/scheduler/nominations.ts'
import { type PodInfo, podInfo } from '#control-plane/scheduler/pod-info.ts'
import type { Node, PodSpec } from '#kubernetes/api/core-v1.ts'
import type { PodDisruptionBudget } from '#kubernetes/api/policy-v1.ts'
import type { KubernetesObject } from '#kubernetes/objects.ts'
import { type DeviceObjects, devicesOf } from './devices.ts'
import { metadata, stored } from './stored.ts'

/** A node with four cores, 8 GiB and room for ten pods, unless told. */
export function nodeState(
  name: string,
  {
    labels = {},
    spec = {},
    room = {},
    status = {},
  }: {
    labels?: Record<string, string>
    spec?: NonNullable<Node['spec']>
    room?: Record<string, string>
    status?: Partial<NonNullable<Node['status']>>
  } = {},
  ...pods: PodInfo[]
): NodeState {
  const state = new NodeState(name)
  const allocatable = { cpu: '4', memory: '8Gi', pods: '10', ...room }
  state.node = {
    metadata: metadata(name, { 'kubernetes.io/hostname': name, ...labels }),
    spec,
    status: { ...status, allocatable },
  }
  for (const pod of pods) state.add(pod)
  return state
}

/** A pod as the scheduler sees it. */
export const podToPlace = (
  name: string,
  spec: Partial<PodSpec> = {},
  labels: Record<string, string> = {},
  more: { namespace?: string; startTime?: string; owner?: { kind: string; name: string } } = {},
): PodInfo =>
  podInfo({
    metadata: {
      ...metadata(name, labels),
      ...(more.namespace ? { namespace: more.namespace } : {}),
      ...(more.owner
        ? {
            ownerReferences: [{ apiVersion: 'apps/v1', uid: 'o', controller: true, ...more.owner }],
          }
        : {}),
    },
    spec: { containers: [], ...spec },
    status: more.startTime ? { startTime: more.startTime } : {},
  })

/** One container that requests this much CPU. */
export const needing = (cpu: string, more: Record<string, string> = {}) => [
  { name: 'c', resources: { requests: { cpu, ...more } } },
]

type Listed = Exclude<keyof ClusterListers, 'devices'>
type Objects = { [K in Listed]?: KubernetesObject[] } & DeviceObjects

/** Listers of these objects, and of nothing else. */
export function listersOf(objects: Objects = {}): ClusterListers {
  const lister = (kind: Listed) => {
    const all = (objects[kind] ?? []).map(object => stored(object))
    return {
      list: (namespace?: string) =>
        all.filter(one => !namespace || one.metadata.namespace === namespace),
      get: (key: string) =>
        all.find(({ metadata }) =>
          [metadata.name, `${metadata.namespace}/${metadata.name}`].includes(key),
        ),
    }
  }
  const kinds: Listed[] = [
    'claims',
    'volumes',
    'classes',
    'namespaces',
    'services',
    'replicationControllers',
    'replicaSets',
    'statefulSets',
    'csiNodes',
    'csiDrivers',
    'csiStorageCapacities',
  ]
  return {
    ...(Object.fromEntries(kinds.map(kind => [kind, lister(kind)])) as never as ClusterListers),
    devices: devicesOf(objects),
  }
}

/** The only profile of a configuration; upstream's default one when nothing is given. */
export function profileOf(configuration?: object): Profile {
  const [profile] = readConfiguration(configuration).profiles
  if (!profile) throw new Error('the configuration has no profile')
  return profile
}

interface World {
  profile?: Profile
  listers?: ClusterListers
  budgets?: PodDisruptionBudget[]
}

/** Where a pod goes: the node's name, or upstream's message why it goes nowhere. */
export function placeOf(info: PodInfo, nodes: NodeState[], world: World = {}): string {
  const { profile = profileOf(), listers = listersOf() } = world
  const chooser = new NodeChooser({ listers, nominations: new Nominations(), random: () => 0 })
  const choice = chooser.choose(info, nodes, profile)
  if (choice instanceof NodeState) return choice.name
  const found = victimsFor(info, nodes, world)
  return fitMessage(choice, typeof found === 'string' ? found : '')
}

/** What preemption finds for a pod that fits nowhere. */
export function victimsFor(
  info: PodInfo,
  nodes: NodeState[],
  { profile = profileOf(), listers = listersOf(), budgets = [] }: World = {},
): Candidate | string {
  const chooser = new NodeChooser({ listers, nominations: new Nominations(), random: () => 0 })
  const failure = chooser.choose(info, nodes, profile)
  if (failure instanceof NodeState) throw new Error('the pod fits')
  const found = findCandidates(info, failure, {
    check: node => chooser.check(info, node, nodes, profile),
    budgets,
    args: profile.preemption ?? { minCandidateNodesAbsolute: 0, minCandidateNodesPercentage: 0 },
    random: () => 0,
  })
  return typeof found === 'string' ? found : (found[0] as Candidate)
}
