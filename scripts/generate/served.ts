import type { FieldRow } from './facts.ts'

const servedGroups = new Set([
  'admissionregistration.k8s.io',
  'apidiscovery.k8s.io',
  'apiextensions.k8s.io',
  'apiregistration.k8s.io',
  'apps',
  'authentication.k8s.io',
  'authorization.k8s.io',
  'autoscaling',
  'batch',
  'certificates.k8s.io',
  'coordination.k8s.io',
  'core',
  'discovery.k8s.io',
  'events.k8s.io',
  'flowcontrol.apiserver.k8s.io',
  'meta.k8s.io',
  'networking.k8s.io',
  'node.k8s.io',
  'policy',
  'rbac.authorization.k8s.io',
  'resource.k8s.io',
  'scheduling.k8s.io',
  'storage.k8s.io',
])

/** Whether we serve a group-version, or need its types: the stable ones. */
export const isServed = ({ group, version }: { group: string; version: string }): boolean =>
  servedGroups.has(group) && /^v\d+$/.test(version)

/** `rbac-v1`: the module that holds a group-version's types. */
export const moduleOf = (group: string, version: string): string =>
  `${group.split('.')[0]}-${version}`

/** Where a struct is declared. */
export interface TypeReference {
  group: string
  version: string
  type: string
}

/** Finds the struct a field refers to, by its protobuf type and, where that says nothing, its Go type. */
export function createResolver(
  rows: readonly FieldRow[],
): (row: FieldRow) => TypeReference | undefined {
  const known = new Set(rows.map(row => `${row.group}/${row.version}.${row.type}`))
  const groupOfPackage = new Map(rows.map(row => [row.group.split('.')[0] ?? '', row.group]))
  return row => {
    const protobuf = row.pbType
      .replace(/^(repeated|optional) /, '')
      .replace(/^map<string, (.*)>$/, '$1')
    const goType = row.goType.replace(/^(\[\]|\*|map\[\w+\])+/, '')
    const parts = protobuf.split('.')
    const short = parts.at(-1) ?? ''
    if (parts.length >= 2) {
      const version = parts.at(-2) ?? ''
      const group = groupOfPackage.get(parts.slice(0, -2).join('.').replace('api.', '')) ?? ''
      if (known.has(`${group}/${version}.${short}`)) return { group, version, type: short }
    }
    for (const type of [short, goType.split('.').at(-1) ?? ''])
      for (const { group, version } of [row, metaV1, coreV1])
        if (known.has(`${group}/${version}.${type}`)) return { group, version, type }
    return undefined
  }
}

const metaV1 = { group: 'meta.k8s.io', version: 'v1' }
const coreV1 = { group: 'core', version: 'v1' }
