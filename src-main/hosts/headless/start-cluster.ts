import os from 'node:os'
import path from 'node:path'
import { systemClock } from '#base/clock.ts'
import type { Logger } from '#base/logger.ts'
import { openStore, startControlPlane } from '#control-plane/control-plane.ts'
import { startNode } from '#node/node.ts'
import { writeFileAtomic } from '#platform/atomic-file.ts'
import type { ReadyLine } from '#platform/cluster-messages.ts'
import { formatAddress, parseRange } from '#platform/ipv4.ts'
import { kubeconfigToWrite, mergeContext } from '#platform/kubeconfig-file.ts'
import { chooseRanges } from './address-ranges.ts'
import { chooseApiPort } from './api-port.ts'
import { chooseRuntime } from './choose-runtime.ts'
import {
  type ClusterSettings,
  readNeighbours,
  readSettings,
  refuseChanges,
  writeSettings,
} from './cluster-settings.ts'
import type { HeadlessOptions } from './options.ts'
import type { ParentChannel } from './parent-channel.ts'
import { untilUsable } from './readiness.ts'

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

/** Starts everything a local cluster is made of, step by step; resolves when its node is ready. */
export async function startCluster(start: Start): Promise<RunningCluster> {
  const { options, directory, parent, logger, owned, signal } = start
  const clock = systemClock
  const say = (message: string) => {
    logger.warn(message)
    parent.tell({ type: 'notice', level: 'error', message })
  }
  const kept = await readSettings(directory)
  if (kept) refuseChanges(options, kept)
  const runtime = await parent.step('Container engine', () => chooseRuntime({ ...start, kept }))
  if (runtime.engine) owned.use(runtime.engine)
  signal.throwIfAborted()
  const { settings, moved } = await settle(start, kept, runtime.settings)
  await writeSettings(directory, settings)
  if (moved) say(moved)

  const store = owned.use(
    await parent.step('Store', () =>
      openStore(settings.store, {
        directory,
        cluster: options.cluster,
        now: () => clock.now(),
        onDamaged: ({ file, keptAt, reason }) =>
          say(
            `The database ${file} can't be read (${reason}). It was kept as ${keptAt}, and the cluster starts empty.`,
          ),
      }),
    ),
  )
  const controlPlane = owned.use(
    await parent.step('API server', () =>
      startControlPlane({
        store,
        dataDir: directory,
        port: settings.apiPort,
        serviceCidr: settings.serviceCidr,
        clusterDomain,
        serverNames: [os.hostname()],
        serverAddresses: [firstAddress(settings.podCidr)],
        clock,
        logger,
      }),
    ),
  )
  // Where the machine has IPv6; clients that resolve localhost to ::1 then get through.
  await controlPlane.addListener('::1').catch(error => logger.debug('not on ::1', { error }))
  const name = contextName(options.cluster)
  const kubeconfig = path.join(directory, 'kubeconfig')
  await writeFileAtomic(kubeconfig, controlPlane.adminKubeconfig(name), { mode: 0o600 })

  signal.throwIfAborted()
  const node = owned.use(
    await parent.step('Node', async () => {
      const handle = await startNode({
        ...runtime.node,
        transport: controlPlane.transport({
          name: 'system:node:slipway',
          groups: ['system:nodes', 'system:authenticated'],
        }),
        addonTransport: controlPlane.transport({
          name: 'system:slipway:addons',
          groups: ['system:masters', 'system:authenticated'],
        }),
        nodes: settings.nodes,
        nodeName: 'slipway',
        clusterName: options.cluster,
        podCidr: settings.podCidr,
        serviceCidr: settings.serviceCidr,
        apiServerPort: controlPlane.port,
        dns: { ip: nthAddress(settings.serviceCidr, 10), domain: clusterDomain },
        kubeletVersion: controlPlane.version,
        dataDir: directory,
        clock,
        logger,
      })
      controlPlane.attachNode(handle.connection, handle.dialer)
      // Pods reach the API server as `kubernetes.default.svc` through the pod bridge.
      if (handle.network) await controlPlane.addListener(handle.network.gateway)
      await handle.ready
      return handle
    }),
  )
  const administrator = controlPlane.transport({
    name: 'kubernetes-admin',
    groups: ['system:masters'],
  })
  await parent.step('Ready', () =>
    untilUsable(administrator, { nodeNames: node.nodeNames, clock, logger }),
  )
  await parent.step('Kubeconfig', () => mergeKubeconfig(start, name, controlPlane))
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

async function settle(
  { options, directory }: Start,
  kept: ClusterSettings | undefined,
  runtime: Pick<ClusterSettings, 'runtime' | 'engine' | 'reason'>,
): Promise<{ settings: ClusterSettings; moved?: string | undefined }> {
  const neighbours = await readNeighbours(directory)
  const avoid = neighbours.map(({ apiPort }) => apiPort)
  const { port, moved } = await chooseApiPort(options.apiPort, kept?.apiPort, avoid)
  if (kept) {
    return { settings: { ...kept, apiPort: port, nodes: options.nodes ?? kept.nodes }, moved }
  }
  const settings: ClusterSettings = {
    format: 1,
    ...runtime,
    store: options.store ?? { kind: 'sqlite' },
    apiPort: port,
    ...(await chooseRanges(options, neighbours)),
    nodes: options.nodes ?? 1,
  }
  return { settings }
}

async function mergeKubeconfig(
  { options, directory, logger }: Start,
  name: string,
  controlPlane: { url: string; certificates: AdminCertificates },
): Promise<void> {
  if (options.kubeconfig === 'none') return
  const file = options.kubeconfig ?? (await kubeconfigToWrite(process.env, os.homedir()))
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
