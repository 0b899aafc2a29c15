import {
  Activity,
  Boxes,
  Folder,
  Gauge,
  HardDrive,
  type LucideIcon,
  Network,
  Puzzle,
  Server,
  Shapes,
  Shield,
  SlidersHorizontal,
} from 'lucide-react'
import type { ResourceInfo } from '../../src-main/contract/tables.ts'
import { pluralKind } from '../kinds/titles.ts'

/** A place in the sidebar: a kind, or a group of them. */
export interface NavNode {
  readonly id: string
  readonly label: string
  readonly icon?: LucideIcon
  readonly info?: ResourceInfo
  /** A page that is no list of a kind. */
  readonly page?: 'overview' | 'forwards'
  readonly children?: readonly NavNode[]
}

const groups: readonly {
  id: string
  label: string
  icon: LucideIcon
  resources: readonly string[]
}[] = [
  {
    id: 'workloads',
    label: 'Workloads',
    icon: Boxes,
    resources: [
      'pods',
      'deployments',
      'statefulsets',
      'daemonsets',
      'replicasets',
      'jobs',
      'cronjobs',
    ],
  },
  {
    id: 'config',
    label: 'Config',
    icon: SlidersHorizontal,
    resources: [
      'configmaps',
      'secrets',
      'horizontalpodautoscalers',
      'poddisruptionbudgets',
      'resourcequotas',
      'limitranges',
      'priorityclasses',
      'runtimeclasses',
    ],
  },
  {
    id: 'network',
    label: 'Network',
    icon: Network,
    resources: [
      'services',
      'ingresses',
      'networkpolicies',
      'endpointslices',
      'endpoints',
      'ingressclasses',
      'servicecidrs',
      'ipaddresses',
    ],
  },
  {
    id: 'storage',
    label: 'Storage',
    icon: HardDrive,
    resources: [
      'persistentvolumeclaims',
      'persistentvolumes',
      'storageclasses',
      'volumeattributesclasses',
      'volumeattachments',
      'csidrivers',
      'csinodes',
      'csistoragecapacities',
    ],
  },
  {
    id: 'access',
    label: 'Access',
    icon: Shield,
    resources: [
      'serviceaccounts',
      'roles',
      'rolebindings',
      'clusterroles',
      'clusterrolebindings',
      'certificatesigningrequests',
    ],
  },
]

const alone: readonly { resource: string; icon: LucideIcon }[] = [
  { resource: 'nodes', icon: Server },
  { resource: 'namespaces', icon: Folder },
  { resource: 'events', icon: Activity },
]

export const nodeId = ({
  group,
  version,
  resource,
}: Pick<ResourceInfo, 'group' | 'version' | 'resource'>) => `${group}/${version}/${resource}`

/** The sidebar of a cluster, from what it serves. A kind that has no place of its own stands under More kinds. */
export function buildNavigation(resources: readonly ResourceInfo[]): NavNode[] {
  const listed = preferred(resources.filter(({ verbs }) => verbs.includes('list')))
  const builtIn = listed.filter(({ custom }) => !custom)
  const taken = new Set<string>()
  const leaf = (info: ResourceInfo, icon?: LucideIcon): NavNode => {
    taken.add(nodeId(info))
    return { id: nodeId(info), label: pluralKind(info), info, ...(icon && { icon }) }
  }
  const pick = (name: string, icon?: LucideIcon) => {
    const info = builtIn.find(({ resource }) => resource === name)
    return info ? [leaf(info, icon)] : []
  }
  const grouped = groups.map(({ id, label, icon, resources: names }) => ({
    id,
    label,
    icon,
    children: [
      ...names.flatMap(name => pick(name)),
      ...(id === 'network'
        ? [{ id: 'forwards', label: 'Port forwards', page: 'forwards' } as const]
        : []),
    ],
  }))
  const definitions = pick('customresourcedefinitions').map(node => ({
    ...node,
    label: 'Definitions',
  }))
  const single = alone.flatMap(({ resource, icon }) => pick(resource, icon))
  const rest = builtIn
    .filter(info => !taken.has(nodeId(info)))
    .sort((a, b) => a.kind.localeCompare(b.kind))
  const more = rest.map(info => leaf(info))
  const custom = [...definitions, ...customNodes(listed.filter(info => info.custom))]
  return [
    { id: 'overview', label: 'Overview', icon: Gauge, page: 'overview' },
    ...grouped.filter(({ children }) => children.length),
    ...single,
    ...(more.length ? [{ id: 'more', label: 'More kinds', icon: Shapes, children: more }] : []),
    ...(custom.length
      ? [{ id: 'custom', label: 'Custom resources', icon: Puzzle, children: custom }]
      : []),
  ]
}

/** Kinds that say what another one of the list says: the core group's events, and measurements shown in the lists. */
const repeated = /^events\.events\.k8s\.io$|\.metrics\.k8s\.io$/

/** One version of each kind: the first one that discovery names. */
function preferred(resources: readonly ResourceInfo[]): ResourceInfo[] {
  const seen = new Set<string>()
  return resources.filter(({ group, resource }) => {
    const name = `${resource}.${group}`
    if (seen.has(name) || repeated.test(name)) return false
    seen.add(name)
    return true
  })
}

function customNodes(resources: readonly ResourceInfo[]): NavNode[] {
  const names = [...new Set(resources.map(({ group }) => group))].sort()
  return names.map(group => ({
    id: `group ${group}`,
    label: group,
    children: resources
      .filter(info => info.group === group)
      .map(info => ({ id: nodeId(info), label: pluralKind(info), info })),
  }))
}

/** The groups that hold a node, from the outside in. */
export function pathTo(nodes: readonly NavNode[], id: string): string[] {
  for (const node of nodes) {
    if (node.children?.some(child => child.id === id)) return [node.id]
    const below = pathTo(node.children ?? [], id)
    if (below.length) return [node.id, ...below]
  }
  return []
}
