import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect } from 'vitest'
import { issueCertificates } from '#platform/issue-certificates.ts'
import { findFreePort } from '#platform/ports.ts'
import { ask } from './ask.ts'
import { type DockerCluster, startDockerCluster } from './docker-cluster.ts'
import { startDockerd, type TestEngine } from './dockerd.ts'
import { eventually } from './eventually.ts'
import { helm } from './kubectl.ts'
import { loadReferenceImages, referenceChart } from './reference-app.ts'

export const shopHost = 'shop.localhost'
const hour = 3_600_000

/** A cluster on an engine of its own that has the reference application's images. */
export class Shop implements AsyncDisposable {
  readonly engine: TestEngine
  readonly docker: DockerCluster
  readonly ports: { http: number; https: number }
  /** The authority of the shop's certificate. */
  readonly authority: string
  readonly #values: string
  readonly #owned: AsyncDisposableStack

  private constructor(
    parts: Pick<Shop, 'engine' | 'docker' | 'ports' | 'authority'> & { values: string },
    owned: AsyncDisposableStack,
  ) {
    this.engine = parts.engine
    this.docker = parts.docker
    this.ports = parts.ports
    this.authority = parts.authority
    this.#values = parts.values
    this.#owned = owned
  }

  /** The name is that of its cluster. */
  static async open(name: string): Promise<Shop> {
    await using starting = new AsyncDisposableStack()
    const engine = starting.use(await startDockerd({ filters: true }))
    await loadReferenceImages(engine)
    const ports = { http: await findFreePort(), https: await findFreePort() }
    const docker = starting.use(await startDockerCluster(engine, { name, ingressPorts: ports }))
    const folder = await mkdtemp(path.join(tmpdir(), 'shop-'))
    starting.defer(() => rm(folder, { recursive: true, force: true }))
    const values = path.join(folder, 'values.json')
    const { authority, pair } = await certify()
    const tls = { certificate: pair.certificate, key: pair.key }
    const postgres = { password: 'correct horse' }
    await writeFile(values, JSON.stringify({ tls, postgres }), { mode: 0o600 })
    return new Shop({ engine, docker, ports, authority, values }, starting.move())
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#owned.disposeAsync()
  }

  /** Runs helm with the chart: install, upgrade or template. Throws with helm's own words. */
  helm(command: string, release: string, ...args: string[]): Promise<string> {
    return this.#helm([command, release, referenceChart, '-f', this.#values, ...args])
  }

  async uninstall(release: string): Promise<void> {
    await this.#helm(['uninstall', release, '--wait'])
  }

  async #helm(args: string[]): Promise<string> {
    const { code, stdout, stderr } = await helm(this.docker.cluster.kubeconfig, args, {
      timeoutMs: 240_000,
    })
    if (code) throw new Error(`helm ${args[0]}: ${stderr}\n${await this.describe()}`)
    return stdout
  }

  /** Runs kubectl; throws with its own words. */
  async kubectl(args: string[], input?: string): Promise<string> {
    const { code, stdout, stderr } = await this.docker.kubectl(args, {
      timeoutMs: 180_000,
      ...(input ? { input } : {}),
    })
    if (code)
      throw new Error(`kubectl ${args.join(' ')}: ${stderr || stdout}\n${await this.describe()}`)
    return stdout
  }

  /** The JSON that the API answers; throws what it answers otherwise. */
  async api<T>(path: string, body?: object): Promise<T> {
    const options = body ? { method: 'POST', body: JSON.stringify(body) } : {}
    const { status, text } = await ask(this.ports.http, shopHost, path, options)
    if (status >= 300) throw new Error(`${path}: ${status} ${text}`)
    return JSON.parse(text) as T
  }

  /** Orders something and waits until the worker has processed every order. */
  async orderAndWait(item: string): Promise<{ orders: number; reports: number }> {
    await eventually(() => this.api('/api/orders', { item }), { timeoutMs: 60_000 })
    return eventually(
      async () => {
        const counts = await this.api<{ orders: number; processed: number; reports: number }>(
          '/api/orders',
        )
        expect(counts.processed).toBe(counts.orders)
        return counts
      },
      { timeoutMs: 60_000 },
    )
  }

  /** What one would look at first when something is not as expected. */
  async describe(): Promise<string> {
    const { stdout } = await this.docker.kubectl(['get', 'pods,events', '-A'])
    return `${stdout}\n${this.docker.warnings.join('\n')}`
  }
}

async function certify() {
  const period = { notBefore: Date.now() - hour, notAfter: Date.now() + hour }
  const common = { ...period, organizations: [], addresses: [] }
  const { authority, leaves } = await issueCertificates({
    authority: { ...common, purpose: 'authority', commonName: 'shop authority', names: [] },
    leaves: [{ ...common, purpose: 'server', commonName: shopHost, names: [shopHost] }],
  })
  const [pair] = leaves
  if (!pair) throw new Error('no certificate was issued')
  return { authority: authority.certificate, pair }
}
