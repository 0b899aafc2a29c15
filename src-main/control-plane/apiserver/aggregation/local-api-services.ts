import type { CustomResourceDefinition } from '#kubernetes/api/apiextensions-v1.ts'
import type { APIService } from '#kubernetes/api/apiregistration-v1.ts'
import { ensure, serverUser } from '../bootstrap/bootstrap-objects.ts'
import type { ObjectWriter } from '../handlers/object-writer.ts'
import { Upkeep } from '../maintenance/upkeep.ts'
import type { Services } from '../services.ts'

/** Says that the server keeps an APIService: from its start on, or as long as definitions ask for it. */
const managed = 'kube-aggregator.kubernetes.io/automanaged'

/** Upstream's priorities of its groups, and of their versions where they are not 15. */
const priorities: Partial<Record<string, [group: number, versions?: Record<string, number>]>> = {
  '': [18_000, { v1: 1 }],
  apps: [17_800],
  'events.k8s.io': [17_750],
  'authentication.k8s.io': [17_700],
  'authorization.k8s.io': [17_600],
  autoscaling: [17_500, { v2: 30 }],
  batch: [17_400],
  'certificates.k8s.io': [17_300],
  'networking.k8s.io': [17_200],
  policy: [17_100],
  'rbac.authorization.k8s.io': [17_000],
  'storage.k8s.io': [16_800],
  'apiextensions.k8s.io': [16_700],
  'admissionregistration.k8s.io': [16_700],
  'scheduling.k8s.io': [16_600],
  'coordination.k8s.io': [16_500],
  'node.k8s.io': [16_300],
  'discovery.k8s.io': [16_200],
  'resource.k8s.io': [16_200, { v1: 21 }],
  'flowcontrol.apiserver.k8s.io': [16_100, { v1: 21 }],
  'metrics.k8s.io': [100, { v1beta1: 100 }],
}
const aggregatorGroup = 'apiregistration.k8s.io'
const ofDefinitions: [group: number, version: number] = [1000, 100]

/** Lists what this server serves by itself, built in or by a CustomResourceDefinition, as local APIServices. */
export function keepLocalApiServices(services: Services, writer: ObjectWriter): Upkeep {
  const { caches, catalog } = services
  const apiServices = catalog.get(aggregatorGroup, 'v1', 'apiservices')
  const definitions = catalog.get('apiextensions.k8s.io', 'v1', 'customresourcedefinitions')
  return new Upkeep({
    services,
    name: 'API services',
    kinds: [apiServices, definitions],
    async work() {
      const defined = definedVersions(
        [...caches.of(definitions).values()].map(
          ({ object }) => object as CustomResourceDefinition,
        ),
      )
      const builtIn = builtInVersions(services)
      const wanted = new Map([...defined, ...builtIn])
      await Promise.all([...wanted.values()].map(one => ensure(services, writer, one)))
      const left = [...caches.of(apiServices).values()].filter(
        ({ metadata }) => metadata.labels?.[managed] === 'true' && !wanted.has(metadata.name ?? ''),
      )
      await Promise.all(
        left.map(item => {
          const { name = '' } = item.metadata
          const write = { definition: apiServices, namespace: '', name, subresource: '' }
          return writer.remove(
            { ...write, user: serverUser, dryRun: false, warnings: new Set() },
            item,
          )
        }),
      )
    },
  })
}

function builtInVersions({ catalog }: Services): Map<string, APIService> {
  const found = new Map<string, APIService>()
  for (const { group, version, custom } of catalog.all()) {
    const known = priorities[group]
    if (!known || custom) continue
    const [groupPriority, versions] = known
    const one = apiService(group, version, groupPriority, versions?.[version] ?? 15, 'onstart')
    found.set(one.metadata.name ?? '', one)
  }
  return found
}

function definedVersions(definitions: CustomResourceDefinition[]): Map<string, APIService> {
  const found = new Map<string, APIService>()
  for (const { spec, status } of definitions) {
    const isServed = status?.conditions?.some(
      ({ type, status }) => type === 'Established' && status === 'True',
    )
    for (const { name, served } of isServed ? spec.versions : []) {
      if (!served) continue
      const one = apiService(spec.group, name, ...ofDefinitions, 'true')
      found.set(one.metadata.name ?? '', one)
    }
  }
  return found
}

const apiService = (
  group: string,
  version: string,
  groupPriorityMinimum: number,
  versionPriority: number,
  label: 'onstart' | 'true',
): APIService => ({
  apiVersion: `${aggregatorGroup}/v1`,
  kind: 'APIService',
  metadata: { name: `${version}.${group}`, labels: { [managed]: label } },
  spec: {
    ...(group ? { group } : {}),
    version,
    groupPriorityMinimum,
    versionPriority,
  },
})
