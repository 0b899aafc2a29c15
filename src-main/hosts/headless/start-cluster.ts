import os from 'node:os'
import path from 'node:path'
import { systemClock } from '#base/clock.ts'
import type { Logger } from '#base/logger.ts'
import { type ControlPlane, openStore, startControlPlane } from '#control-plane/control-plane.ts'
import type { NodeHandle } from '#node/node.ts'
import { writeFileAtomic } from '#platform/atomic-file.ts'
import type { ReadyLine } from '#platform/cluster-messages.ts'
import { formatAddress, parseRange } from '#platform/ipv4.ts'
import { kubeconfigToWrite, mergeContext } from '#platform/kubeconfig-file.ts'
import { chooseRanges } from './address-ranges.ts'
import { chooseApiPort } from './api-port.ts'
import { chooseNodes } from './choose-nodes.ts'
import { type ChosenRuntime, chooseRuntime } from './choose-runtime.ts'
import { chooseScheduling } from './choose-scheduling.ts'
import {
  type ClusterSettings,
  readNeighbours,
  readSettings,
  refuseChanges,
  writeSettings,
} from './cluster-settings.ts'
import type { HeadlessOptions } from './options.ts'
import type { ParentChannel } from './parent-channel.ts'

export interface RunningCluster {
  line: ReadyLine
  banner: string | undefined
  engine: string | undefined
  /** Stops and removes this cluster's containers. */
  removePods(): Promise<void>
}

interface Start {
  options: HeadlessOptions
  directory: string
  parent: ParentChannel
  logger: Logger
  /** Takes what is started, also when the start is given up half way. */
  owned: AsyncDisposableStack
  signal: AbortSignal
}

/** Names of the context, network and so on: `slipway`, and `slipway-NAME` for further clusters. */
export const contextName = (cluster: string): string =>
  cluster === 'local' ? 'slipway' : `slipway-${cluster}`

const clusterDomain = 'cluster.local'
/** The name of an engine's one node, and of the first simulated one. */
const nodeName = 'slipway'

/**
 * Starts everything a local cluster is made of; resolves when its node is ready. The API is up while the engine is still
 * being chosen, or started.
 */
export async function startCluster(start: Start): Promise<RunningCluster> {
  const { options, directory, parent, logger, signal } = start
  const clock = systemClock
  const kept = await readSettings(directory)
  if (kept) refuseChanges(options, kept)
  const place = await settle(start, kept)
  const { controlPlane, runtime } = await serveAndChoose(start, place, kept)
  const settings = { format: 1 as const, ...place, ...runtime.settings, apiPort: controlPlane.port }
  const kubeconfig = path.join(directory, 'kubeconfig')
  await Promise.all([writeSettings(directory, settings), writeKubeconfig(start, controlPlane)])

  signal.throwIfAborted()
  const node = await parent.step('Node', () => runNode(start, settings, controlPlane, runtime))
  const administrator = controlPlane.transport({
    name: 'kubernetes-admin',
    groups: ['system:masters'],
  })
  await parent.step('Ready', async () => {
    const { untilUsable } = await import('./readiness.ts')
    await untilUsable(administrator, { nodeNames: node.nodeNames, clock, logger })
  })
  await parent.step('Kubeconfig', () => mergeKubeconfig(start, controlPlane))
  const line: ReadyLine = {
    ready: true,
    cluster: options.cluster,
    apiServer: controlPlane.url,
    kubeconfig,
    runtime: settings.runtime,
    startupMs: Math.round(performance.now()),
  }
  return {
    line,
    banner: runtime.banner,
    engine: runtime.description,
    removePods: () => node.cleanup({ volumes: false }),
  }
}

/** The cluster's own kubeconfig, with the administrator's certificate of now. */
const writeKubeconfig = ({ options, directory }: Start, controlPlane: ControlPlane) =>
  writeFileAtomic(
    path.join(directory, 'kubeconfig'),
    controlPlane.adminKubeconfig(contextName(options.cluster)),
    { mode: 0o600 },
  )

/** Renewed certificates go to where clients have them from, or those would be locked out when the old ones end. */
async function renewKubeconfigs(start: Start, controlPlane: ControlPlane): Promise<void> {
  try {
    await Promise.all([writeKubeconfig(start, controlPlane), mergeKubeconfig(start, controlPlane)])
  } catch (error) {
    start.logger.error('certificates were renewed, but the kubeconfig could not be written', {
      error,
    })
  }
}

function warn({ logger, parent }: Start, message: string): void {
  logger.warn(message)
  parent.tell({ type: 'notice', level: 'error', message })
}

/** When one of the two fails the other is told to give up, and is waited for, so that it can be cleaned up after. */
async function serveAndChoose(
  start: Start,
  place: Place,
  kept: ClusterSettings | undefined,
): Promise<{ controlPlane: ControlPlane; runtime: ChosenRuntime }> {
  const { parent, owned } = start
  const giveUp = new AbortController()
  const signal = AbortSignal.any([start.signal, giveUp.signal])
  const choosing = parent.step('Container engine', async () => {
    const runtime = await chooseRuntime({ ...start, kept, signal })
    if (runtime.engine) owned.use(runtime.engine)
    return runtime
  })
  const serving = serve(start, place, kept?.apiPort)
  for (const part of [serving, choosing]) part.catch(() => giveUp.abort())
  // Loaded while the engine is still being probed.
  void serving.then(() => import('#node/node.ts')).catch(() => {})
  await Promise.allSettled([serving, choosing])
  return { controlPlane: await serving, runtime: await choosing }
}

async function serve(
  start: Start,
  place: Place,
  keptPort: number | undefined,
): Promise<ControlPlane> {
  const { options, directory, parent, logger, owned } = start
  const clock = systemClock
  const store = parent.step('Store', async () =>
    owned.use(
      await openStore(place.store, {
        directory,
        cluster: options.cluster,
        now: () => clock.now(),
        onDamaged: ({ file, keptAt, reason }) =>
          warn(
            start,
            `The database ${file} can't be read (${reason}). It was kept as ${keptAt}, and the cluster starts empty.`,
          ),
      }),
    ),
  )
  const { certificateLife, compactionInterval } = options
  const controlPlane: ControlPlane = await parent.step('API server', async () =>
    owned.use(
      await startControlPlane({
        store,
        dataDir: directory,
        port: () => choosePort(start, keptPort),
        serviceCidr: place.serviceCidr,
        clusterDomain,
        serverNames: [os.hostname()],
        serverAddresses: [firstAddress(place.podCidr)],
        schedulerConfiguration: place.scheduler,
        ...(certificateLife ? { certificateLifeMs: certificateLife * 1000 } : {}),
        ...(compactionInterval ? { compactionIntervalMs: compactionInterval * 1000 } : {}),
        onCertificatesRenewed: () => void renewKubeconfigs(start, controlPlane),
        clock,
        logger,
      }),
    ),
  )
  return controlPlane
}

async function runNode(
  { options, directory, logger, owned }: Start,
  settings: ClusterSettings,
  controlPlane: ControlPlane,
  runtime: ChosenRuntime,
): Promise<NodeHandle> {
  const { startNode, plainSimulation } = await import('#node/node.ts')
  const handle = owned.use(
    await startNode({
      ...runtime.node,
      transport: node =>
        controlPlane.transport({
          name: `system:node:${node}`,
          groups: ['system:nodes', 'system:authenticated'],
        }),
      addonTransport: controlPlane.transport({
        name: 'system:slipway:addons',
        groups: ['system:masters', 'system:authenticated'],
      }),
      simulation: settings.simulation ?? plainSimulation(nodeName, settings.nodes),
      nodeName,
      clusterName: options.cluster,
      podCidr: settings.podCidr,
      serviceCidr: settings.serviceCidr,
      apiServerPort: controlPlane.port,
      ingressPorts: options.ingressPorts,
      dns: { ip: nthAddress(settings.serviceCidr, 10), domain: clusterDomain },
      kubeletVersion: controlPlane.version,
      dataDir: directory,
      clock: systemClock,
      logger,
    }),
  )
  controlPlane.attachNode(handle.connection, handle.dialer)
  // Pods reach the API server as `kubernetes.default.svc` through the pod bridge.
  if (handle.network) await controlPlane.addListener(handle.network.gateway)
  else await controlPlane.advertise(firstAddress(settings.podCidr))
  await handle.ready
  return handle
}

/** Chosen when the API server is about to listen: what was free at the start may be taken by then. */
async function choosePort(start: Start, kept: number | undefined): Promise<number> {
  const { options, directory } = start
  const neighbours = await readNeighbours(directory)
  const avoid = neighbours.map(({ apiPort }) => apiPort)
  const { port, moved } = await chooseApiPort(options.apiPort, kept, avoid)
  if (moved) warn(start, moved)
  return port
}

/** What a cluster's settings say beside its runtime and its port. */
type Place = Omit<ClusterSettings, 'format' | 'apiPort' | keyof ChosenRuntime['settings']>

async function settle(
  { options, directory }: Start,
  kept: ClusterSettings | undefined,
): Promise<Place> {
  // A port that was asked for and is taken is refused before anything is made.
  if (options.apiPort) await chooseApiPort(options.apiPort, undefined, [])
  const ranges = kept ?? (await chooseRanges(options, await readNeighbours(directory)))
  return {
    store: kept?.store ?? options.store ?? { kind: 'sqlite' },
    podCidr: ranges.podCidr,
    serviceCidr: ranges.serviceCidr,
    ...(await chooseNodes(options.nodes, kept)),
    ...(await chooseScheduling(options.schedulerConfig, kept)),
  }
}

async function mergeKubeconfig(
  { options, directory, logger }: Start,
  controlPlane: { url: string; certificates: AdminCertificates },
): Promise<void> {
  if (options.kubeconfig === 'none') return
  const file = options.kubeconfig ?? (await kubeconfigToWrite(process.env, os.homedir()))
  const name = contextName(options.cluster)
  const { ca, clients } = controlPlane.certificates
  const base64 = (pem: string | undefined) => Buffer.from(pem ?? '').toString('base64')
  const entry = {
    name,
    owner: directory,
    server: controlPlane.url,
    certificateAuthorityData: base64(ca.certificate),
    clientCertificateData: base64(clients['admin']?.certificate),
    clientKeyData: base64(clients['admin']?.key),
  }
  try {
    const outcome = await mergeContext(file, entry, { clock: systemClock })
    if (outcome === 'foreign') {
      logger.warn(
        `${file} has an entry named ${name} that is not this cluster's; it is left alone. Use the cluster's own kubeconfig.`,
      )
    }
  } catch (error) {
    logger.warn("the context could not be merged; use the cluster's own kubeconfig", {
      file,
      error,
    })
  }
}

interface AdminCertificates {
  ca: { certificate: string }
  clients: Record<string, { certificate: string; key: string }>
}

const nthAddress = (cidr: string, n: number) => formatAddress(parseRange(cidr).first + n)

/** The pod bridge's own address, which the API server serves too. */
const firstAddress = (cidr: string) => nthAddress(cidr, 1)
