import { text } from 'node:stream/consumers'
import type { HostAgent } from '../container-runtime.ts'
import { dockerLabels } from './docker-labels.ts'
import { ignoringGone } from './engine-containers.ts'
import { EngineError, type EngineHttp, isGone } from './engine-http.ts'
import type { NetworkInspection } from './engine-types.ts'
import { hostSys } from './host-agent.ts'

export interface NetworkFacts {
  /** The engine's name for it. */
  name: string
  bridge: string
  gateway: string
  subnet: string
}

const longestInterfaceName = 15

/** The pod network of a cluster: a bridge of its own, made when it isn't there. */
export async function ensurePodNetwork(
  http: EngineHttp,
  cluster: string,
  subnet: string,
): Promise<NetworkFacts> {
  const name = networkName(cluster)
  const found = await findNetwork(http, name)
  if (found) return factsOf(found, subnet)
  try {
    await http.json({
      method: 'POST',
      path: '/networks/create',
      body: {
        Name: name,
        CheckDuplicate: true,
        Driver: 'bridge',
        IPAM: { Config: [{ Subnet: subnet, Gateway: gatewayOf(subnet) }] },
        Options: { 'com.docker.network.bridge.name': bridgeName(cluster) },
        Labels: { [dockerLabels.cluster]: cluster },
      },
    })
  } catch (error) {
    if (error instanceof EngineError && /overlap/i.test(error.message))
      throw new Error(
        `the pod network ${subnet} of cluster "${cluster}" overlaps with another network of the engine: ${error.message}. Remove that network, or create the cluster with another range.`,
        { cause: error },
      )
    throw error
  }
  const made = await findNetwork(http, name)
  if (!made) throw new Error(`the engine made the network ${name} but does not list it`)
  return factsOf(made, subnet)
}

/** Removes a cluster's pod network, which nobody uses any more. */
export async function removePodNetwork(http: EngineHttp, { name }: NetworkFacts): Promise<void> {
  await ignoringGone(() => http.json({ method: 'DELETE', path: `/networks/${name}` }))
}

/**
 * Removes the bridge of a network that is gone. An engine leaves one that was there before the network was made, as after
 * a run that was interrupted, since it might be the user's. One that something is plugged into stays.
 */
export async function removeLeftBridge(agent: HostAgent, { bridge }: NetworkFacts): Promise<void> {
  const script = `
    [ -d ${hostSys}/class/net/"$1"/bridge ] || exit 0
    [ -n "$(ls ${hostSys}/class/net/"$1"/brif)" ] || ip link delete "$1"`
  const session = await agent.exec(['/bin/sh', '-c', script, 'remove-bridge', bridge])
  session.stdin?.end()
  const [errors, code] = await Promise.all([text(session.stderr), session.exit])
  if (code !== 0) throw new Error(`the bridge ${bridge} could not be removed: ${errors.trim()}`)
}

async function findNetwork(http: EngineHttp, name: string): Promise<NetworkInspection | undefined> {
  try {
    return await http.json<NetworkInspection>({ method: 'GET', path: `/networks/${name}` })
  } catch (error) {
    if (isGone(error)) return undefined
    throw error
  }
}

function factsOf({ Name, IPAM, Options }: NetworkInspection, wanted: string): NetworkFacts {
  const { Subnet, Gateway } = IPAM?.Config?.[0] ?? {}
  const bridge = Options?.['com.docker.network.bridge.name'] ?? ''
  return networkFacts(Name, bridge, { subnet: Subnet, gateway: Gateway }, wanted)
}

/** Throws when the network is there with another range than the `wanted` one. */
export function networkFacts(
  name: string,
  bridge: string,
  config: { subnet?: string | undefined; gateway?: string | undefined } | undefined,
  wanted: string,
): NetworkFacts {
  const subnet = config?.subnet ?? wanted
  if (subnet !== wanted)
    throw new Error(
      `the engine's network ${name} has the range ${subnet}, but this cluster's pods use ${wanted}: remove it with \`docker network rm ${name}\` and start again`,
    )
  return { name, bridge, gateway: config?.gateway ?? gatewayOf(subnet), subnet }
}

/** The engine's name for a cluster's pod network. */
export const networkName = (cluster: string): string => `slipway-${cluster}`

/** Interface names are short; a long cluster name ends in a few letters of its hash. */
export function bridgeName(cluster: string): string {
  const name = `sw-${cluster}`
  if (name.length <= longestInterfaceName) return name
  let hash = 0
  for (const letter of cluster) hash = (hash * 31 + letter.charCodeAt(0)) >>> 0
  return `${name.slice(0, 9)}${hash.toString(36).padStart(6, '0').slice(0, 6)}`
}

/** A range's first address. */
export const gatewayOf = (subnet: string): string => subnet.replace(/\d+\/\d+$/, '1')
