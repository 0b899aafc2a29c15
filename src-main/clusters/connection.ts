import { readFile } from 'node:fs/promises'
import type { KubeConfig } from '@kubernetes/client-node'
import { jsonFrames } from '#client/json-frames.ts'
import type { Transport } from '#client/transport.ts'
import type { Status } from '#kubernetes/api/meta-v1.ts'
import type { WatchEvent } from '#kubernetes/objects.ts'
import { StatusError, statusError } from '#kubernetes/status-error.ts'
import { HttpClient, type HttpServer } from '#platform/http.ts'
import { createHttpTransport } from '#platform/http-transport.ts'
import { openProxyTunnel, proxyFromEnvironment } from '#platform/proxy-tunnel.ts'
import type { ExecCredential, ExecCredentials } from './exec-credential.ts'
import type { KubeconfigCluster, KubeconfigContext, KubeconfigUser } from './kubeconfig.ts'

/** A way to one cluster with one identity. Nothing is sent before the first request. */
export interface ClusterConnection extends AsyncDisposable {
  readonly transport: Transport
  /** The same way for the Kubernetes client library, with credentials resolved; for exec and the like. */
  clientConfig(): Promise<KubeConfig>
}

export interface ConnectionOptions {
  userAgent: string
  credentials: ExecCredentials
  env: Record<string, string | undefined>
}

/** Connects to a context of a kubeconfig; throws an error that names what is missing or unreadable. */
export async function connectCluster(
  context: KubeconfigContext,
  options: ConnectionOptions,
): Promise<ClusterConnection> {
  const { cluster, user } = context
  if (context.error || !cluster)
    throw new Error(context.error ?? `context "${context.name}" names no cluster`)
  if (user.authProvider) {
    throw new Error(
      `context "${context.name}" signs in with the auth provider "${user.authProvider}", which Kubernetes removed: use its credential plugin (exec) instead`,
    )
  }
  const signIn = new SignIn(cluster, user, options.credentials)
  const server = await describeServer(cluster, user, signIn, options.env)
  const client = new HttpClient(server)
  const direct = createHttpTransport<WatchEvent>(client, {
    userAgent: options.userAgent,
    toError,
    readEvents: jsonFrames,
  })
  const transport: Transport = {
    async request(request) {
      try {
        return await direct.request(request)
      } catch (error) {
        if (!(error instanceof StatusError) || error.code !== 401 || !signIn.renewable) throw error
        signIn.forget()
        return direct.request(request)
      }
    },
  }
  return {
    transport,
    clientConfig: () => clientConfig(context, server, signIn),
    async [Symbol.asyncDispose]() {
      client[Symbol.dispose]()
    },
  }
}

/** Makes a StatusError of an answer's body, also when a proxy answered something that is no Status. */
function toError(code: number, body: string): Error {
  try {
    const status = JSON.parse(body) as Status
    if (status.kind === 'Status') return new StatusError(status)
  } catch {
    // No JSON: not the API server's own answer.
  }
  const reason =
    code === 401
      ? 'Unauthorized'
      : code === 403
        ? 'Forbidden'
        : code === 404
          ? 'NotFound'
          : 'InternalError'
  const said = body.trim().slice(0, 300)
  return statusError(
    reason,
    `the server answered ${code}${said ? `: ${said}` : ''}`,
    undefined,
    code,
  )
}

/** The credentials of a user, read or fetched when they are needed. */
class SignIn {
  readonly #cluster: KubeconfigCluster
  readonly #user: KubeconfigUser
  readonly #credentials: ExecCredentials

  constructor(cluster: KubeconfigCluster, user: KubeconfigUser, credentials: ExecCredentials) {
    this.#cluster = cluster
    this.#user = user
    this.#credentials = credentials
  }

  /** Whether asking again may give another credential. */
  get renewable(): boolean {
    return this.#user.exec !== undefined
  }

  forget(): void {
    if (this.#user.exec) this.#credentials.forget(this.#user.exec, this.#cluster)
  }

  async plugin(): Promise<ExecCredential | undefined> {
    const { exec } = this.#user
    return exec && (await this.#credentials.get(exec, this.#cluster))
  }

  async headers(): Promise<Record<string, string | string[]>> {
    return { ...(await this.#authorization()), ...impersonation(this.#user) }
  }

  async token(): Promise<string | undefined> {
    const { token, tokenFile } = this.#user
    // The file's token is renewed by others, so it is read each time; kubectl prefers it too.
    if (tokenFile) return (await readFile(tokenFile, 'utf8')).trim()
    return token ?? (await this.plugin())?.token
  }

  async #authorization(): Promise<Record<string, string>> {
    const token = await this.token()
    if (token) return { authorization: `Bearer ${token}` }
    const { username, password } = this.#user
    if (username === undefined) return {}
    return {
      authorization: `Basic ${Buffer.from(`${username}:${password ?? ''}`).toString('base64')}`,
    }
  }
}

/** https://kubernetes.io/docs/reference/access-authn-authz/user-impersonation/: one line for each group and value. */
function impersonation({ impersonate }: KubeconfigUser): Record<string, string | string[]> {
  if (!impersonate?.user) return {}
  const { user, uid, groups = [], extra = {} } = impersonate
  return {
    'impersonate-user': user,
    ...(uid ? { 'impersonate-uid': uid } : {}),
    ...(groups.length ? { 'impersonate-group': groups } : {}),
    ...Object.fromEntries(
      Object.entries(extra).map(([key, values]) => [
        `impersonate-extra-${encodeURIComponent(key.toLowerCase())}`,
        values,
      ]),
    ),
  }
}

async function describeServer(
  cluster: KubeconfigCluster,
  user: KubeconfigUser,
  signIn: SignIn,
  env: Record<string, string | undefined>,
): Promise<HttpServer> {
  const url = new URL(cluster.server)
  const ca = await pem(cluster.certificateAuthorityData, cluster.certificateAuthority)
  const plugin = user.exec ? await signIn.plugin() : undefined
  const certificate =
    plugin?.clientCertificateData ?? (await pem(user.clientCertificateData, user.clientCertificate))
  const key = plugin?.clientKeyData ?? (await pem(user.clientKeyData, user.clientKey))
  const proxy = cluster.proxyUrl ?? proxyFromEnvironment(url.hostname, env)
  const port = Number(url.port || (url.protocol === 'https:' ? 443 : 80))
  return {
    url: cluster.server,
    ...(ca ? { ca } : {}),
    ...(certificate && key ? { clientCertificate: { certificate, key } } : {}),
    ...(cluster.tlsServerName ? { serverName: cluster.tlsServerName } : {}),
    ...(cluster.insecureSkipTlsVerify ? { insecureSkipTlsVerify: true } : {}),
    ...(proxy ? { connect: () => openProxyTunnel(proxy, url.hostname, port) } : {}),
    headers: () => signIn.headers(),
  }
}

async function pem(
  data: string | undefined,
  file: string | undefined,
): Promise<string | undefined> {
  if (data) return Buffer.from(data, 'base64').toString('utf8')
  if (!file) return undefined
  return readFile(file, 'utf8')
}

async function clientConfig(
  context: KubeconfigContext,
  server: HttpServer,
  signIn: SignIn,
): Promise<KubeConfig> {
  const { KubeConfig } = await import('@kubernetes/client-node')
  const base64 = (text: string) => Buffer.from(text).toString('base64')
  const token = await signIn.token()
  const config = new KubeConfig()
  config.loadFromOptions({
    clusters: [
      {
        name: 'cluster',
        server: server.url,
        skipTLSVerify: server.insecureSkipTlsVerify ?? false,
        ...(server.ca ? { caData: base64(server.ca) } : {}),
        ...(server.serverName ? { tlsServerName: server.serverName } : {}),
        ...(context.cluster?.proxyUrl ? { proxyUrl: context.cluster.proxyUrl } : {}),
      },
    ],
    users: [
      {
        name: 'user',
        ...(token ? { token } : {}),
        ...(context.user.username
          ? { username: context.user.username, password: context.user.password }
          : {}),
        ...(server.clientCertificate
          ? {
              certData: base64(server.clientCertificate.certificate),
              keyData: base64(server.clientCertificate.key),
            }
          : {}),
      },
    ],
    contexts: [{ name: 'context', cluster: 'cluster', user: 'user' }],
    currentContext: 'context',
  })
  return config
}
