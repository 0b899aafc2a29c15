import { endpointSlices, services } from '#client/resource-types.ts'
import type { Client } from '#client/rest.ts'
import type { Service } from '#kubernetes/api/core-v1.ts'
import type { EndpointSlice } from '#kubernetes/api/discovery-v1.ts'
import { isAlreadyExists } from '#kubernetes/status-error.ts'

const namespace = 'kube-system'
const name = 'kube-dns'
const ports = [
  { name: 'dns', protocol: 'UDP', port: 53 },
  { name: 'dns-tcp', protocol: 'TCP', port: 53 },
] as const

/** Makes sure of the service by which tools and pods know the cluster's DNS; it keeps what users changed. */
export async function ensureDnsService(client: Client, clusterIP: string): Promise<void> {
  const service: Service = {
    metadata: {
      name,
      namespace,
      labels: {
        'k8s-app': 'kube-dns',
        'kubernetes.io/cluster-service': 'true',
        'kubernetes.io/name': 'CoreDNS',
      },
    },
    spec: { clusterIP, ports: ports.map(port => ({ ...port, targetPort: port.port })) },
  }
  await client.create(services, service).catch(ignoreExisting)
}

/** Says where the DNS server listens. */
export async function publishDnsEndpoint(
  client: Client,
  endpoint: { address: string; port: number },
): Promise<void> {
  const slice: EndpointSlice = {
    metadata: {
      name: `${name}-node`,
      namespace,
      labels: {
        'kubernetes.io/service-name': name,
        'endpointslice.kubernetes.io/managed-by': 'slipway',
      },
    },
    addressType: 'IPv4' as EndpointSlice['addressType'],
    endpoints: [{ addresses: [endpoint.address], conditions: { ready: true } }],
    ports: ports.map(port => ({ ...port, port: endpoint.port })),
  }
  try {
    await client.create(endpointSlices, slice)
  } catch (error) {
    if (!isAlreadyExists(error)) throw error
    const { metadata, endpoints, ports: slicePorts } = slice
    const patch = { endpoints, ports: slicePorts }
    await client.patch(endpointSlices, metadata, patch, { type: 'merge' })
  }
}

function ignoreExisting(error: unknown): void {
  if (!isAlreadyExists(error)) throw error
}
