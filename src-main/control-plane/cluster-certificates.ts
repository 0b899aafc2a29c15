import type { Clock } from '#base/clock.ts'
import {
  type Certificates,
  type ClientSubject,
  ensureCertificates,
  issueClientCertificate,
  type KeyPair,
  type ServerIdentity,
  signCertificateRequest,
} from '#platform/certificates.ts'
import { certificatesIn } from '#platform/paths.ts'

export interface ClusterCertificatesOptions {
  /** They lie in `pki` below it. */
  dataDir: string
  /** What the API server listens on. */
  host: string
  clusterDomain: string
  /** The address of the API server's own Service. */
  apiServiceAddress: string
  /** Further names and addresses that the server's certificate carries. */
  serverNames?: readonly string[] | undefined
  serverAddresses?: readonly string[] | undefined
  /** How long certificates live, instead of a year. */
  lifeMs?: number | undefined
  clock: Clock
}

/** Certificates that are being read or issued; what a server needs to listen comes first. */
export interface OpeningCertificates {
  identity: Promise<ServerIdentity>
  all: Promise<ClusterCertificates>
}

const clientLifeMs = 365 * 24 * 60 * 60_000
const adminClient = 'admin'

/** A cluster's certificates as they are now, and what is issued with its authority. */
export class ClusterCertificates {
  readonly #options: ClusterCertificatesOptions
  #current: Certificates

  private constructor(options: ClusterCertificatesOptions, current: Certificates) {
    this.#options = options
    this.#current = current
  }

  /** Reads the certificates, issuing what is missing; see `ensureCertificates`. */
  static open(options: ClusterCertificatesOptions): OpeningCertificates {
    const identity = Promise.withResolvers<ServerIdentity>()
    const reading = ensureCertificates(certificateOptions(options), identity.resolve)
    reading.then(identity.resolve, identity.reject)
    const all = reading.then(current => new ClusterCertificates(options, current))
    for (const part of [identity.promise, all]) part.catch(() => {})
    return { identity: identity.promise, all }
  }

  get current(): Certificates {
    return this.#current
  }

  /** Issues those that are due; from then on they are the current ones. */
  async renew(): Promise<Certificates> {
    this.#current = await ensureCertificates(certificateOptions(this.#options))
    return this.#current
  }

  /** Issues a client certificate that is kept nowhere. */
  issueClient(subject: ClientSubject): Promise<KeyPair> {
    const { ca } = this.#current
    const now = this.#options.clock.now()
    return issueClientCertificate({ ...subject, ca, validForMs: clientLifeMs, now })
  }

  /** Certifies the key of a certificate request (PEM) as its holder asks. Answers PEM. */
  sign(request: string, how: { usages: readonly string[]; validForMs: number }): Promise<string> {
    const { ca } = this.#current
    return signCertificateRequest({ request, ...how, ca, now: this.#options.clock.now() })
  }

  /** A kubeconfig for the administrator of the cluster at a URL; JSON is YAML. Holds a private key. */
  adminKubeconfig(name: string, server: string): string {
    const { ca, clients } = this.#current
    const admin = clients[adminClient]
    const encode = (text = '') => Buffer.from(text).toString('base64')
    const cluster = { server, 'certificate-authority-data': encode(ca.certificate) }
    const user = {
      'client-certificate-data': encode(admin?.certificate),
      'client-key-data': encode(admin?.key),
    }
    const config = {
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [{ name, cluster }],
      users: [{ name, user }],
      contexts: [{ name, context: { cluster: name, user: name } }],
      'current-context': name,
    }
    return `${JSON.stringify(config, null, 2)}\n`
  }
}

/** What the API server shows its clients, and the authority it believes theirs by. */
export const shownBy = ({ server, ca }: ServerIdentity) => ({
  key: server.key,
  certificate: server.certificate,
  ca: ca.certificate,
})

function certificateOptions(options: ClusterCertificatesOptions) {
  const { host, clusterDomain, apiServiceAddress, lifeMs, clock } = options
  const { serverNames = [], serverAddresses = [] } = options
  return {
    directory: certificatesIn(options.dataDir),
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
