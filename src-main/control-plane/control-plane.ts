import path from 'node:path'
import type { Clock } from '#base/clock.ts'
import { errorMessage } from '#base/errors.ts'
import type { Logger } from '#base/logger.ts'
import type { Transport } from '#client/transport.ts'
import {
  type Certificates,
  ensureCertificates,
  issueClientCertificate,
  type KeyPair,
  readRequest,
  signCertificateRequest,
} from '#platform/certificates.ts'
import { ServiceAddresses } from './apiserver/bootstrap/service-addresses.ts'
import type { ClusterDialer } from './apiserver/cluster-dialer.ts'
import type { HttpServer } from './apiserver/http/http-server.ts'
import type { KubeletConnection } from './apiserver/kubelet-connection.ts'
import { version } from './apiserver/version.ts'
import type { Damage } from './storage/sqlite.ts'
import type { Store } from './storage/store.ts'

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
  issueClientCertificate(subject: { commonName: string; organizations: string[] }): Promise<KeyPair>
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

/** Where objects are kept. */
export type StoreChoice = { kind: 'sqlite' } | { kind: 'memory' } | { kind: 'etcd'; url: string }

/**
 * Opens a cluster's store. A damaged database is kept aside under another name and `onDamaged` told; the store then
 * starts empty. Throws an error that names the file or the etcd when it cannot be opened.
 */
export async function openStore(
  choice: StoreChoice,
  options: {
    directory: string
    cluster: string
    now: () => number
    onDamaged: (damage: Damage) => void
  },
): Promise<Store> {
  switch (choice.kind) {
    case 'memory':
      return (await import('./storage/memory.ts')).openMemoryStore()
    case 'sqlite': {
      const { openSqliteStore } = await import('./storage/sqlite.ts')
      const file = path.join(options.directory, 'store', 'objects.db')
      return openSqliteStore({ file, onDamaged: options.onDamaged, now: options.now })
    }
    case 'etcd': {
      const { openEtcdStore } = await import('./storage/etcd.ts')
      return openEtcdStore({ endpoint: choice.url, prefix: `/slipway/${options.cluster}` })
    }
  }
}

/**
 * Starts the API server and, unless left out, controllers and scheduler, over a store. The code is loaded while the
 * store is opened and certificates are issued in their threads.
 */
export async function startControlPlane(options: ControlPlaneOptions): Promise<ControlPlane> {
  const { clock, logger, host = '127.0.0.1' } = options
  const serviceCidr = options.serviceCidr ?? '10.96.0.0/16'
  const clusterDomain = options.clusterDomain ?? 'cluster.local'
  await using starting = new AsyncDisposableStack()
  const apiServiceAddress = new ServiceAddresses(serviceCidr).first
  const ensure = () =>
    ensureCertificates(certificateOptions(options, clusterDomain, apiServiceAddress))
  const issued = ensure()
  const serviceAccountKey = issued.then(certificates => certificates.serviceAccountKey)
  serviceAccountKey.catch(() => {})
  const parts = await loadApiServer()
  const controllers = options.controllers === false ? undefined : loadControllers()
  const { compactionIntervalMs } = options
  const issuer = `https://kubernetes.default.svc.${clusterDomain}`
  const api = starting.use(
    await parts.createApiServer({
      store: await options.store,
      definitions: parts.resources,
      clock,
      logger,
      serviceCidr,
      serviceAccountKey,
      issuer,
      ...(compactionIntervalMs ? { compactionIntervalMs } : {}),
    }),
  )
  const { services, writer } = api.server
  let certificates = await issued
  const http = starting.use(
    new parts.HttpServer({
      certificates: serverCertificates(certificates),
      clock,
      logger,
      ...parts.serveHttp(api.server),
    }),
  )
  starting.use(
    new parts.CertificateRenewal({
      clock,
      logger,
      current: certificates,
      ensure,
      renewed(fresh) {
        certificates = fresh
        http.setCertificates(serverCertificates(fresh))
        options.onCertificatesRenewed?.()
      },
    }),
  )
  const { port: wanted = 0 } = options
  const port = await http.listen(host, typeof wanted === 'number' ? wanted : await wanted())
  if (host === '127.0.0.1') await listenOnIPv6Loopback(http, port, logger)
  starting.defer(() => services.caches.finishWatches())
  api.state.address = `${host}:${port}`
  const hosts = [host]
  await Promise.all([
    parts.ensureApiService(services, writer, apiServiceAddress, port),
    parts.publishApiEndpoints(services, writer, hosts, port),
  ])
  const transport = (user: { name: string; groups: string[] }): Transport =>
    new parts.InProcessTransport(api.server, user)
  if (controllers) {
    const { runControllers, runScheduler } = await controllers
    starting.use(
      await runControllers({
        transportFor: name => transport(componentUser(name)),
        clock,
        logger,
        options: {
          rootCertificate: certificates.ca.certificate,
          signSecretToken: async subject => services.tokens.issueForSecret(subject),
          certificateSigner: {
            read: readRequest,
            sign: (request, how) =>
              signCertificateRequest({ request, ...how, ca: certificates.ca, now: clock.now() }),
          },
        },
      }),
    )
    services.scheduling = starting.use(
      runScheduler({
        transport: transport(componentUser('system:kube-scheduler')),
        configuration: options.schedulerConfiguration,
        connectExtender: async address =>
          (await import('#platform/json-connection.ts')).JsonConnection.open(address),
        clock,
        logger,
      }),
    )
  }
  const advertise = (address: string) => {
    hosts.push(address)
    return parts.publishApiEndpoints(services, writer, hosts, port)
  }
  const owned = starting.move()
  const url = `https://${host.includes(':') ? `[${host}]` : host}:${port}`
  return {
    url,
    port,
    version: version.gitVersion,
    get certificates() {
      return certificates
    },
    serviceCidr,
    clusterDomain,
    apiServiceAddress,
    transport,
    adminKubeconfig: (contextName = 'slipway') => kubeconfig(contextName, url, certificates),
    issueClientCertificate: subject =>
      issueClientCertificate({
        ...subject,
        ca: certificates.ca,
        validForMs: clientCertificateLifeMs,
        now: clock.now(),
      }),
    attachNode(connection, dialer) {
      services.kubelet = connection
      services.dialer = dialer
    },
    addListener: async address => {
      await http.listen(address, port)
      await advertise(address)
    },
    advertise,
    async [Symbol.asyncDispose]() {
      api.state.isStopping = true
      await owned.disposeAsync()
    },
  }
}

async function loadApiServer() {
  return {
    ...(await import('./apiserver/create-api-server.ts')),
    ...(await import('./apiserver/bootstrap/api-service.ts')),
    ...(await import('./apiserver/http/certificate-renewal.ts')),
    ...(await import('./apiserver/http/http-server.ts')),
    ...(await import('./apiserver/http/serve.ts')),
    ...(await import('./apiserver/in-process.ts')),
    ...(await import('./resources/index.ts')),
  }
}

async function loadControllers() {
  return {
    ...(await import('./controllers/index.ts')),
    ...(await import('./scheduler/scheduler.ts')),
  }
}

/** `localhost` may mean ::1 to clients; a machine without IPv6 goes without. */
async function listenOnIPv6Loopback(http: HttpServer, port: number, logger: Logger): Promise<void> {
  try {
    await http.listen('::1', port)
  } catch (error) {
    logger.debug(`the API server does not listen on ::1: ${errorMessage(error)}`)
  }
}

const clientCertificateLifeMs = 365 * 24 * 60 * 60_000
const adminClient = 'admin'

/** A component of ours as the API server knows it: service accounts have their groups, others are just authenticated. */
function componentUser(name: string): { name: string; groups: string[] } {
  const [, namespace] = /^system:serviceaccount:([^:]+):/.exec(name) ?? []
  const groups = namespace ? ['system:serviceaccounts', `system:serviceaccounts:${namespace}`] : []
  return { name, groups: [...groups, 'system:authenticated'] }
}

function certificateOptions(
  options: ControlPlaneOptions,
  clusterDomain: string,
  apiServiceAddress: string,
) {
  const { dataDir, host = '127.0.0.1', clock, serverNames = [], serverAddresses = [] } = options
  const { certificateLifeMs: lifeMs } = options
  return {
    directory: path.join(dataDir, 'pki'),
    serverNames: [
      'localhost',
      'kubernetes',
      'kubernetes.default',
      'kubernetes.default.svc',
      `kubernetes.default.svc.${clusterDomain}`,
      ...serverNames,
    ],
    serverAddresses: ['127.0.0.1', '::1', apiServiceAddress, host, ...serverAddresses],
    clients: {
      [adminClient]: { commonName: 'kubernetes-admin', organizations: ['system:masters'] },
    },
    ...(lifeMs ? { lifeMs } : {}),
    now: clock.now(),
  }
}

const serverCertificates = ({ server, ca }: Certificates) => ({
  key: server.key,
  certificate: server.certificate,
  ca: ca.certificate,
})

/** A kubeconfig for the administrator; JSON is YAML. */
function kubeconfig(name: string, server: string, { ca, clients }: Certificates): string {
  const admin = clients[adminClient]
  const encode = (text = '') => Buffer.from(text).toString('base64')
  return `${JSON.stringify(
    {
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [
        { name, cluster: { server, 'certificate-authority-data': encode(ca.certificate) } },
      ],
      users: [
        {
          name,
          user: {
            'client-certificate-data': encode(admin?.certificate),
            'client-key-data': encode(admin?.key),
          },
        },
      ],
      contexts: [{ name, context: { cluster: name, user: name } }],
      'current-context': name,
    },
    null,
    2,
  )}\n`
}
