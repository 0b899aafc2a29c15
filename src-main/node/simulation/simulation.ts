import type { Taint } from '#kubernetes/api/core-v1.ts'
import type { DeviceAttribute } from '#kubernetes/api/resource-v1.ts'

/** How a simulated node fails: its kubelet says that it isn't ready, or nothing is heard of it any more. */
export const failureKinds = ['not-ready', 'unreachable'] as const
export type FailureKind = (typeof failureKinds)[number]

/** A failure that comes by itself. */
export interface PlannedFailure {
  kind: FailureKind
  /** How many nodes of the group fail, the last ones. */
  nodes: number
  afterMs: number
  /** How long it lasts; undefined: for ever. */
  forMs: number | undefined
}

/** Devices that are alike, as a driver would publish them. */
export interface PlannedDevices {
  driver: string
  /** `NAME-0`, `NAME-1` and so on. */
  name: string
  count: number
  attributes: Readonly<Record<string, DeviceAttribute>>
  /** Quantities by name. */
  capacity: Readonly<Record<string, string>>
}

/** Nodes that are alike. */
export interface NodeGroup {
  names: readonly string[]
  /** Given to the nodes in turn. */
  zones: readonly string[]
  labels: Readonly<Record<string, string>>
  annotations: Readonly<Record<string, string>>
  taints: readonly Taint[]
  /** Amounts by resource that a node offers; what isn't named is as large as usual. */
  capacity: Readonly<Record<string, string>>
  /** What each of the nodes has for ResourceClaims. */
  devices: readonly PlannedDevices[]
  failure: PlannedFailure | undefined
}

/** What pods do on simulated nodes, unless their own annotations say otherwise. */
export interface PodRule {
  /** Of one namespace only. */
  namespace: string | undefined
  /** That carry all of these labels. */
  labels: Readonly<Record<string, string>>
  /** As in a pod's annotations, without their prefix: `{"start-after": "2s", "exit-code": "1"}`. */
  behaviour: Readonly<Record<string, string>>
}

/** A simulated cluster as data. Of several rules for a pod the first that says something of a matter counts. */
export interface Simulation {
  nodes: readonly NodeGroup[]
  pods: readonly PodRule[]
}

/** The zones of nodes that are only counted. */
const usualZones = ['zone-a', 'zone-b', 'zone-c']

/** So many nodes that are alike, spread over three zones: `name`, `name-2`, `name-3` and so on. */
export function plainSimulation(name: string, count: number): Simulation {
  const names = Array.from({ length: count }, (_, index) =>
    index === 0 ? name : `${name}-${index + 1}`,
  )
  const zones = count > 1 ? usualZones : []
  const nothing = { labels: {}, annotations: {}, taints: [], capacity: {}, devices: [] }
  const group = { ...nothing, failure: undefined }
  return { nodes: [{ ...group, names, zones }], pods: [] }
}

export const nodeCount = ({ nodes }: Simulation): number =>
  nodes.reduce((sum, { names }) => sum + names.length, 0)

/** One simulated node. */
export interface PlannedNode extends Omit<NodeGroup, 'names' | 'zones'> {
  name: string
}

/** The nodes of a simulation, one by one. */
export const plannedNodes = ({ nodes }: Simulation): PlannedNode[] =>
  nodes.flatMap(group => group.names.map((name, index) => plannedNode(group, name, index)))

function plannedNode({ names, zones, ...group }: NodeGroup, name: string, index: number) {
  const zone = zones[index % zones.length]
  const { failure } = group
  const fails = failure !== undefined && index >= names.length - failure.nodes
  return {
    ...group,
    name,
    labels: { ...(zone ? { 'topology.kubernetes.io/zone': zone } : {}), ...group.labels },
    failure: fails ? failure : undefined,
  }
}
