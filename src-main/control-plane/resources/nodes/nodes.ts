import type { Node, NodeSpec } from '#kubernetes/api/core-v1.ts'
import { defineResource } from '../define-resource.ts'
import { ageColumn, nameColumn } from '../shared/columns.ts'
import { canonicalizeAmounts } from '../shared/pod-spec/resource-defaults.ts'
import { keepStatus } from '../shared/status.ts'
import { validateNode, validateNodeUpdate } from './node-validation.ts'

const rolePrefix = 'node-role.kubernetes.io/'

function statusText({ spec, status }: Node): string {
  const ready = status?.conditions?.find(({ type }) => type === 'Ready')
  const text = ready ? (ready.status === 'True' ? 'Ready' : 'NotReady') : 'Unknown'
  return spec?.unschedulable ? `${text},SchedulingDisabled` : text
}

function rolesText({ metadata: { labels = {} } }: Node): string {
  const roles = new Set<string>()
  for (const [label, value] of Object.entries(labels)) {
    if (label.startsWith(rolePrefix)) roles.add(label.slice(rolePrefix.length))
    else if (label === 'kubernetes.io/role') roles.add(value)
  }
  roles.delete('')
  return [...roles].sort().join(',') || '<none>'
}

const address = ({ status }: Node, wanted: string): string =>
  status?.addresses?.find(({ type }) => type === wanted)?.address ?? '<none>'

/** `podCIDR` is the first of `podCIDRs`, whichever of them a client writes. */
function alignPodRanges(spec: NodeSpec): void {
  const { podCIDR, podCIDRs = [] } = spec
  if (podCIDR && podCIDR !== podCIDRs[0]) spec.podCIDRs = [podCIDR]
  else if (podCIDRs[0]) spec.podCIDR = podCIDRs[0]
}

export const nodes = defineResource<Node>({
  group: '',
  version: 'v1',
  kind: 'Node',
  plural: 'nodes',
  singular: 'node',
  shortNames: ['no'],
  namespaced: false,
  storagePrefix: '/registry/minions',
  unconditionalUpdate: true,
  generation: false,
  columns: [
    nameColumn,
    { name: 'Status', type: 'string', value: statusText },
    { name: 'Roles', type: 'string', value: rolesText },
    ageColumn,
    {
      name: 'Version',
      type: 'string',
      value: ({ status }) => status?.nodeInfo?.kubeletVersion ?? '',
    },
    {
      name: 'Internal-IP',
      type: 'string',
      priority: 1,
      value: node => address(node, 'InternalIP'),
    },
    {
      name: 'External-IP',
      type: 'string',
      priority: 1,
      value: node => address(node, 'ExternalIP'),
    },
    {
      name: 'OS-Image',
      type: 'string',
      priority: 1,
      value: ({ status }) => status?.nodeInfo?.osImage || '<unknown>',
    },
    {
      name: 'Kernel-Version',
      type: 'string',
      priority: 1,
      value: ({ status }) => status?.nodeInfo?.kernelVersion || '<unknown>',
    },
    {
      name: 'Container-Runtime',
      type: 'string',
      priority: 1,
      value: ({ status }) => status?.nodeInfo?.containerRuntimeVersion || '<unknown>',
    },
  ],
  selectableFields: { 'spec.unschedulable': ({ spec }) => String(spec?.unschedulable ?? false) },
  defaults(node) {
    node.spec ??= {}
    node.status ??= {}
    alignPodRanges(node.spec)
    canonicalizeAmounts(node.status.capacity)
    canonicalizeAmounts(node.status.allocatable)
    if (node.status.capacity) node.status.allocatable ??= { ...node.status.capacity }
  },
  prepareForUpdate: keepStatus,
  warnings: ({ spec }) =>
    spec?.externalID
      ? ['spec.externalID: this field is deprecated, and is unused by Kubernetes']
      : [],
  validate: validateNode,
  validateUpdate: validateNodeUpdate,
  status: {
    validateUpdate: (node, old) => [...validateNode(node), ...validateNodeUpdate(node, old)],
  },
  subresources: {
    proxy: { kind: 'NodeProxyOptions', verbs: ['create', 'delete', 'get', 'patch', 'update'] },
  },
})
