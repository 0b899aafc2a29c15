import type { DiscoveredResource } from '#client/discovery.ts'
import type { ValidatingAdmissionPolicy } from '#kubernetes/api/admissionregistration-v1.ts'
import { type GroupVersionKind, parseApiVersion } from '#kubernetes/objects.ts'

const most = 10

/** The kinds that a policy names without a wildcard, in order; their expressions can be checked. */
export function kindsToCheck(
  { spec }: ValidatingAdmissionPolicy,
  served: readonly DiscoveredResource[],
): GroupVersionKind[] {
  const found = new Map<string, GroupVersionKind>()
  for (const rule of spec.matchConstraints?.resourceRules ?? []) {
    const { apiGroups = [], apiVersions = [], resources = [] } = rule
    if ([...apiGroups, ...apiVersions].some(one => one.includes('*'))) continue
    const names = resources.filter(name => !/[*/]/.test(name))
    for (const { group, version, resource, kind } of served)
      if (apiGroups.includes(group) && apiVersions.includes(version) && names.includes(resource))
        found.set(`${group}/${version}/${kind}`, { group, version, kind })
  }
  return [...found]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([, kind]) => kind)
    .slice(0, most)
}

/** The kind of a policy's parameters. */
export function paramsKind({ spec }: ValidatingAdmissionPolicy): GroupVersionKind | undefined {
  const { apiVersion, kind } = spec.paramKind ?? {}
  return apiVersion && kind ? { ...parseApiVersion(apiVersion), kind } : undefined
}
