import type { Service } from '#kubernetes/api/core-v1.ts'
import type { KubernetesObject } from '#kubernetes/objects.ts'
import type { ObjectWriter } from '../handlers/object-writer.ts'
import type { Services } from '../services.ts'
import { ensure, serverUser } from './bootstrap-objects.ts'

const namespace = 'default'
const name = 'kubernetes'
const portName = 'https'

/**
 * The `kubernetes` Service at the first address of the range: how pods reach the API server. One at another address is
 * replaced; a start that was given up can leave it.
 */
export async function ensureApiService(
  services: Services,
  writer: ObjectWriter,
  address: string,
  port: number,
): Promise<void> {
  const definition = services.catalog.byKind({ group: '', version: 'v1', kind: 'Service' })
  const current = definition && writer.find(definition, namespace, name)
  if (current && (current.object as unknown as Service).spec.clusterIP !== address) {
    await writer.remove({ definition, namespace, name, ...asServer() }, current)
  }
  await ensure(services, writer, {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: {
      name,
      namespace,
      labels: { component: 'apiserver', provider: 'kubernetes' },
    },
    spec: {
      type: 'ClusterIP',
      clusterIP: address,
      clusterIPs: [address],
      ipFamilies: ['IPv4'],
      ipFamilyPolicy: 'SingleStack',
      ports: [{ name: portName, port: 443, protocol: 'TCP', targetPort: port }],
      sessionAffinity: 'None',
    },
  } as Service)
}

/**
 * Says where the API server listens for pods: Endpoints and EndpointSlice of its Service. Loopback addresses are left
 * out, they would mean the pod itself.
 */
export async function publishApiEndpoints(
  services: Services,
  writer: ObjectWriter,
  hosts: readonly string[],
  port: number,
): Promise<void> {
  const addresses = hosts.filter(host => !host.startsWith('127.') && !host.includes(':'))
  const ports = [{ name: portName, port, protocol: 'TCP' }]
  const endpoints = {
    apiVersion: 'v1',
    kind: 'Endpoints',
    metadata: { name, namespace, labels: { 'endpointslice.kubernetes.io/skip-mirror': 'true' } },
    ...(addresses.length ? { subsets: [{ addresses: addresses.map(ip => ({ ip })), ports }] } : {}),
  }
  const slice = {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { name, namespace, labels: { 'kubernetes.io/service-name': name } },
    addressType: 'IPv4',
    endpoints: addresses.length ? [{ addresses, conditions: { ready: true } }] : [],
    ports,
  }
  await Promise.all([endpoints, slice].map(object => replace(services, writer, object)))
}

async function replace(
  services: Services,
  writer: ObjectWriter,
  object: KubernetesObject,
): Promise<void> {
  const [group = '', version = ''] = object.apiVersion?.includes('/')
    ? object.apiVersion.split('/')
    : ['', object.apiVersion]
  const definition = services.catalog.byKind({ group, version, kind: object.kind ?? '' })
  if (!definition) return
  if (!writer.find(definition, namespace, name)) return ensure(services, writer, object)
  await writer.update(
    { definition, namespace, name, ...asServer() },
    {
      change: ({ metadata }) => ({
        ...structuredClone(object),
        metadata: { ...structuredClone(metadata), ...object.metadata },
      }),
    },
  )
}

const asServer = () => ({
  subresource: '',
  user: serverUser,
  dryRun: false,
  warnings: new Set<string>(),
})
