import { request } from 'node:http'
import type { TestEngine } from '../support/dockerd.ts'

/** What the engine does for a pod, asked of it directly: the peer of everything that runs through Kubernetes. */
export class BareContainers {
  readonly #socketPath: string
  readonly #image: string
  readonly #network: string

  private constructor(engine: TestEngine, image: string, network: string) {
    this.#socketPath = engine.socketPath
    this.#image = image
    this.#network = network
  }

  /** On the network that a cluster made for its pods. */
  static async on(engine: TestEngine, image: string): Promise<BareContainers> {
    const networks = await engine.docker('network', 'ls', '--format', '{{.Name}}')
    const network = networks.split('\n').find(line => line.startsWith('slipway')) ?? 'bridge'
    return new BareContainers(engine, image, network)
  }

  /** Starts, for each name, an infra container and one within its network; answers after how many ms all ran, and removes them. */
  async startPairs(names: readonly string[]): Promise<number> {
    const started = performance.now()
    const pairs = await Promise.all(names.map(name => this.#startPair(name)))
    const elapsed = performance.now() - started
    const remove = (id: string) => this.#call('DELETE', `/containers/${id}?force=1&v=1`)
    for (const [infra, main] of pairs) await remove(main).then(() => remove(infra))
    return elapsed
  }

  async #startPair(name: string): Promise<[infra: string, main: string]> {
    const infra = await this.#start(`bare-infra-${name}`, this.#network)
    return [infra, await this.#start(`bare-main-${name}`, `container:${infra}`)]
  }

  /** Runs a command in a running container to its end. */
  async exec(container: string, command: string[]): Promise<void> {
    const body = { AttachStdout: true, AttachStderr: true, Cmd: command }
    const { Id } = JSON.parse(await this.#call('POST', `/containers/${container}/exec`, body))
    await this.#call('POST', `/exec/${Id}/start`, { Detach: false, Tty: false })
  }

  async #start(name: string, network: string): Promise<string> {
    const body = { Image: this.#image, HostConfig: { NetworkMode: network } }
    const { Id } = JSON.parse(await this.#call('POST', `/containers/create?name=${name}`, body))
    await this.#call('POST', `/containers/${Id}/start`)
    return Id
  }

  #call(method: string, path: string, body?: unknown): Promise<string> {
    const headers = { 'content-type': 'application/json' }
    const options = { socketPath: this.#socketPath, method, path, headers }
    return new Promise((resolve, reject) => {
      request(options, async response => {
        let text = ''
        for await (const chunk of response.setEncoding('utf8')) text += chunk
        if ((response.statusCode ?? 500) < 400) resolve(text)
        else reject(new Error(`${method} ${path}: ${text}`))
      })
        .on('error', reject)
        .end(body === undefined ? undefined : JSON.stringify(body))
    })
  }
}
