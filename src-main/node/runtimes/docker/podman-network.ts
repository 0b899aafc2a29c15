import { dockerLabels } from './docker-labels.ts'
import { EngineHttp, isGone } from './engine-http.ts'
import { ensureHelper } from './helper-container.ts'
import {
  bridgeName,
  gatewayOf,
  type NetworkFacts,
  networkFacts,
  networkName,
} from './pod-network.ts'

/** Of Podman's own API: https://docs.podman.io/en/latest/_static/api.html */
interface PodmanNetwork {
  name: string
  network_interface: string
  subnets?: { subnet: string; gateway?: string }[]
}

/**
 * The pod network of a cluster on Podman, made by Podman's own API: its Docker API gives bridges no names. Podman makes
 * the bridge with the first container on it, and may take it away with the last; one that only rests holds it.
 */
export async function ensurePodmanNetwork(
  http: EngineHttp,
  options: { socketPath: string; cluster: string; subnet: string; image: string },
): Promise<NetworkFacts> {
  const { socketPath, cluster, subnet, image } = options
  using own = new EngineHttp(socketPath)
  own.setVersion('4.0.0/libpod')
  const network = (await find(own, networkName(cluster))) ?? (await create(own, cluster, subnet))
  const { name, network_interface: bridge, subnets } = network
  const facts = networkFacts(name, bridge, subnets?.[0], subnet)
  await ensureHelper(http, {
    role: 'network',
    cluster,
    image,
    isPodman: true,
    hostConfig: { NetworkMode: name },
    failure: `the pod network ${name} could not be brought up`,
  })
  return facts
}

function create(own: EngineHttp, cluster: string, subnet: string): Promise<PodmanNetwork> {
  return own.json<PodmanNetwork>({
    method: 'POST',
    path: '/networks/create',
    body: {
      name: networkName(cluster),
      driver: 'bridge',
      network_interface: bridgeName(cluster),
      subnets: [{ subnet, gateway: gatewayOf(subnet) }],
      // The cluster has a DNS server of its own at the gateway.
      dns_enabled: false,
      labels: { [dockerLabels.cluster]: cluster },
    },
  })
}

async function find(own: EngineHttp, name: string): Promise<PodmanNetwork | undefined> {
  try {
    return await own.json<PodmanNetwork>({ method: 'GET', path: `/networks/${name}/json` })
  } catch (error) {
    if (isGone(error)) return undefined
    throw error
  }
}
