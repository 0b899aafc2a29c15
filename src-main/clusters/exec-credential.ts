import { spawn } from 'node:child_process'
import type { Clock } from '#base/clock.ts'
import { errorMessage } from '#base/errors.ts'
import type { ExecConfig, KubeconfigCluster } from './kubeconfig.ts'

/** What a credential plugin answered. */
export interface ExecCredential {
  token?: string
  clientCertificateData?: string
  clientKeyData?: string
  /** Milliseconds since the epoch; absent = valid until refused. */
  expiresAt?: number
}

const timeLimitMs = 120_000
const expiryMarginMs = 10_000
const outputLimit = 1024 * 1024

/**
 * Runs credential plugins as client-go does (https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins):
 * one run at a time for the same command, the answer kept until it expires, the plugin's own words when it fails.
 */
export class ExecCredentials {
  readonly #options: { clock: Clock; env: Record<string, string | undefined> }
  readonly #cache = new Map<string, ExecCredential>()
  readonly #running = new Map<string, Promise<ExecCredential>>()

  constructor(options: { clock: Clock; env: Record<string, string | undefined> }) {
    this.#options = options
  }

  /** The credential for a user of a cluster; throws an error that names the command and what it said. */
  get(exec: ExecConfig, cluster: KubeconfigCluster): Promise<ExecCredential> {
    const key = JSON.stringify([exec, exec.provideClusterInfo ? cluster : ''])
    const cached = this.#cache.get(key)
    const now = this.#options.clock.now()
    if (cached && (cached.expiresAt === undefined || cached.expiresAt - expiryMarginMs > now)) {
      return Promise.resolve(cached)
    }
    const running = this.#running.get(key)
    if (running) return running
    const run = this.#run(exec, cluster)
      .then(credential => {
        this.#cache.set(key, credential)
        return credential
      })
      .finally(() => this.#running.delete(key))
    this.#running.set(key, run)
    return run
  }

  /** Forgets what a plugin answered, after the server refused it. */
  forget(exec: ExecConfig, cluster: KubeconfigCluster): void {
    this.#cache.delete(JSON.stringify([exec, exec.provideClusterInfo ? cluster : '']))
  }

  async #run(exec: ExecConfig, cluster: KubeconfigCluster): Promise<ExecCredential> {
    const output = await runPlugin(exec, this.#environment(exec, cluster))
    return readCredential(exec, output)
  }

  #environment(exec: ExecConfig, cluster: KubeconfigCluster): Record<string, string | undefined> {
    const info = {
      apiVersion: exec.apiVersion,
      kind: 'ExecCredential',
      spec: {
        interactive: false,
        ...(exec.provideClusterInfo ? { cluster: clusterInfo(cluster) } : {}),
      },
    }
    return {
      ...this.#options.env,
      ...Object.fromEntries(exec.env.map(({ name, value }) => [name, value])),
      KUBERNETES_EXEC_INFO: JSON.stringify(info),
    }
  }
}

const clusterInfo = (cluster: KubeconfigCluster) => ({
  server: cluster.server,
  ...(cluster.tlsServerName ? { 'tls-server-name': cluster.tlsServerName } : {}),
  ...(cluster.insecureSkipTlsVerify ? { 'insecure-skip-tls-verify': true } : {}),
  ...(cluster.certificateAuthorityData
    ? { 'certificate-authority-data': cluster.certificateAuthorityData }
    : {}),
  ...(cluster.proxyUrl ? { 'proxy-url': cluster.proxyUrl } : {}),
})

const commandLine = (exec: ExecConfig) => [exec.command, ...exec.args].join(' ')

function runPlugin(exec: ExecConfig, env: Record<string, string | undefined>): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(exec.command, exec.args, {
      env: env as NodeJS.ProcessEnv,
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: timeLimitMs,
      killSignal: 'SIGKILL',
    })
    let output = ''
    let said = ''
    child.stdout.on('data', chunk => {
      output = (output + chunk).slice(0, outputLimit)
    })
    child.stderr.on('data', chunk => {
      said = (said + chunk).slice(-4096)
    })
    child.on('error', error => {
      const hint = exec.installHint ? `\n${exec.installHint}` : ''
      const absent = (error as NodeJS.ErrnoException).code === 'ENOENT'
      reject(
        new Error(
          absent
            ? `the credential plugin ${exec.command} is not installed or not in PATH${hint}`
            : `the credential plugin \`${commandLine(exec)}\` could not be run: ${errorMessage(error)}`,
        ),
      )
    })
    child.on('close', (code, signal) => {
      if (code === 0) return resolve(output)
      const how =
        code === null
          ? `was ended by ${signal} (limit ${timeLimitMs / 1000} s)`
          : `exited with code ${code}`
      reject(
        new Error(
          `the credential plugin \`${commandLine(exec)}\` ${how}${said ? `: ${said.trim()}` : ''}`,
        ),
      )
    })
  })
}

function readCredential(exec: ExecConfig, output: string): ExecCredential {
  let status: Record<string, unknown>
  try {
    const answer = JSON.parse(output) as { kind?: string; status?: Record<string, unknown> }
    if (answer.kind !== 'ExecCredential' || !answer.status)
      throw new Error('it has no ExecCredential status')
    status = answer.status
  } catch (error) {
    throw new Error(
      `the credential plugin \`${commandLine(exec)}\` did not answer an ExecCredential: ${errorMessage(error)}`,
    )
  }
  const text = (name: string) =>
    typeof status[name] === 'string' ? (status[name] as string) : undefined
  const token = text('token')
  const certificate = text('clientCertificateData')
  const key = text('clientKeyData')
  const expires = text('expirationTimestamp')
  return {
    ...(token ? { token } : {}),
    ...(certificate && key ? { clientCertificateData: certificate, clientKeyData: key } : {}),
    ...(expires ? { expiresAt: Date.parse(expires) } : {}),
  }
}
