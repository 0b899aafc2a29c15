import type { Clock } from '#base/clock.ts'
import type { Logger } from '#base/logger.ts'
import type { Transport } from '#client/transport.ts'
import {
  type Certificates,
  type ClientSubject,
  type KeyPair,
  readRequest,
} from '#platform/certificates.ts'
import { ServiceAddresses } from './apiserver/bootstrap/service-addresses.ts'
import type { ClusterDialer } from './apiserver/cluster-dialer.ts'
import type { KubeletConnection } from './apiserver/kubelet-connection.ts'
import { version } from './apiserver/version.ts'
import { ClusterCertificates } from './cluster-certificates.ts'
import type { ComponentsOptions } from './components.ts'
import type { ServedApi } from './served-api.ts'
import type { Store } from './storage/store.ts'

export { openStore, type StoreChoice } from './storage/open-store.ts'

export interface ControlPlaneOptions {
  /** Owned by the caller; must outlive the control plane. May still be opening while the API server is loaded. */
  store: Store | Promise<Store>
  /** Certificates and keys lie in `pki` below it. */
  dataDir: string
  /** Default 127.0.0.1. */
  host?: string
  /** Default: any free port. A function is asked when the server is about to listen. */
  port?: number | (() => Promise<number>)
  /** Default 10.96.0.0/16. */
  serviceCidr?: string
  /** Default cluster.local. */
  clusterDomain?: string
  /** Further names and addresses that the server's certificate carries. */
  serverNames?: string[]
  serverAddresses?: string[]
  /** How long certificates live, instead of a year; they are renewed after two thirds of it. */
  certificateLifeMs?: number
  /** How often history is forgotten that no watch may ask for any more, instead of every five minutes. */
  compactionIntervalMs?: number
  /** Called when certificates were renewed, the administrator's among them: what was made of them is due to be made anew. */
  onCertificatesRenewed?: () => void
  /** A `KubeSchedulerConfiguration`; default: upstream's. */
  schedulerConfiguration?: unknown
  clock: Clock
  logger: Logger
  /** Only the API server: no controllers, no scheduler. */
  controllers?: false
}

export interface ControlPlane extends AsyncDisposable {
  /** `https://127.0.0.1:PORT`. */
  readonly url: string
  readonly port: number
  /** What `/version` answers as `gitVersion`. */
  readonly version: string
  readonly certificates: Certificates
  /** The range that Services get their addresses from, and the address of the API server's own Service. */
  readonly serviceCidr: string
  readonly clusterDomain: string
  readonly apiServiceAddress: string
  /** The way to the API server inside the process, as one user; RBAC applies. */
  transport(user: { name: string; groups: string[] }): Transport
  /** A kubeconfig with the administrator's client certificate. Holds a private key. */
  adminKubeconfig(contextName?: string): string
  issueClientCertificate(subject: ClientSubject): Promise<KeyPair>
  /** Connects the nodes' kubelets: logs, exec and the like work from then on. */
  attachNode(connection: KubeletConnection, dialer?: ClusterDialer): void
  /** Serves on one more address, such as the pod bridge's, on the same port. */
  addListener(host: string): Promise<void>
  /** Names an address as the API server's in the endpoints of its Service; for a simulated network, in which nobody connects. */
  advertise(address: string): Promise<void>
}

/** Throws for a `KubeSchedulerConfiguration` that isn't right; the message names the field. */
export async function checkSchedulerConfiguration(document: unknown): Promise<void> {
  const { readConfiguration } = await import('./scheduler/configuration/read-configuration.ts')
  readConfiguration(document)
}

/**
 * Starts the API server and, unless left out, controllers and scheduler, over a store. The code is loaded while the
 * store is opened and certificates are issued in their threads.
 */
export async function startControlPlane(options: ControlPlaneOptions): Promise<ControlPlane> {
  const { clock, logger, host = '127.0.0.1', port = 0 } = options
  const serviceCidr = options.serviceCidr ?? '10.96.0.0/16'
  const clusterDomain = options.clusterDomain ?? 'cluster.local'
  const apiServiceAddress = new ServiceAddresses(serviceCidr).first
  const issued = ClusterCertificates.open({
    ...options,
    host,
    clusterDomain,
    apiServiceAddress,
    lifeMs: options.certificateLifeMs,
  })
  const served = await import('./served-api.ts')
  const loading = options.controllers === false ? undefined : import('./components.ts')
  await using starting = new AsyncDisposableStack()
  const api = starting.use(
    await served.ServedApi.start({
      store: await options.store,
      certificates: issued,
      onCertificatesRenewed: options.onCertificatesRenewed,
      host,
      port: typeof port === 'number' ? async () => port : port,
      serviceCidr,
      apiServiceAddress,
      issuer: `https://kubernetes.default.svc.${clusterDomain}`,
      compactionIntervalMs: options.compactionIntervalMs,
      clock,
      logger,
    }),
  )
  const certificates = await issued.all
  if (loading) {
    const { startComponents } = await loading
    const given = componentsOf(options, api, certificates)
    api.services.scheduling = starting.use(await startComponents(given)).scheduler
  }
  const url = `https://${host.includes(':') ? `[${host}]` : host}:${api.port}`
  const facts = { url, serviceCidr, clusterDomain, apiServiceAddress }
  return runningControlPlane(facts, api, certificates, starting.move())
}

/** What controllers and scheduler are given. */
const componentsOf = (
  { schedulerConfiguration, clock, logger }: ControlPlaneOptions,
  api: ServedApi,
  certificates: ClusterCertificates,
): ComponentsOptions => ({
  transport: user => api.transport(user),
  controllers: {
    rootCertificate: certificates.current.ca.certificate,
    signSecretToken: async subject => api.services.tokens.issueForSecret(subject),
    certificateSigner: {
      read: readRequest,
      sign: (request, how) => certificates.sign(request, how),
    },
  },
  schedulerConfiguration,
  clock,
  logger,
})

function runningControlPlane(
  facts: Pick<ControlPlane, 'url' | 'serviceCidr' | 'clusterDomain' | 'apiServiceAddress'>,
  api: ServedApi,
  certificates: ClusterCertificates,
  owned: AsyncDisposableStack,
): ControlPlane {
  return {
    ...facts,
    port: api.port,
    version: version.gitVersion,
    get certificates() {
      return certificates.current
    },
    transport: user => api.transport(user),
    adminKubeconfig: (contextName = 'slipway') =>
      certificates.adminKubeconfig(contextName, facts.url),
    issueClientCertificate: subject => certificates.issueClient(subject),
    attachNode(connection, dialer) {
      api.services.kubelet = connection
      api.services.dialer = dialer
    },
    addListener: address => api.addListener(address),
    advertise: address => api.advertise(address),
    async [Symbol.asyncDispose]() {
      api.announceStop()
      await owned.disposeAsync()
    },
  }
}
