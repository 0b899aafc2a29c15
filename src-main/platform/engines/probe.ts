import { createReadStream } from 'node:fs'
import type { AgentImage } from '../agent-image.ts'
import { HttpClient, type HttpRequest } from '../http.ts'

export interface EngineFacts {
  /** `Docker Engine`, `Podman Engine`, … */
  name: string
  version: string
  /** Of the engine's machine, as it says itself: `amd64`, `arm64`. */
  architecture: string
}

/**
 * Runs a real container on an engine, of the agent image, which stays loaded: a socket alone promises nothing.
 * Throws an error that says at which step the engine failed, in its own words.
 */
export async function probeEngine(
  socketPath: string,
  options: { agentImage: (architecture: string) => Promise<AgentImage>; signal: AbortSignal },
): Promise<EngineFacts> {
  const engine = new EngineProbe(socketPath, options.signal)
  try {
    const facts = await engine.version()
    const image = await options.agentImage(facts.architecture)
    if (!(await engine.hasImage(image.reference))) await engine.load(image.tarPath)
    await engine.runOnce(image.reference)
    // The verdict stands before the container is gone.
    void engine.end()
    return facts
  } catch (error) {
    await engine.end()
    throw error
  }
}

class EngineProbe {
  readonly #client: HttpClient
  readonly #signal: AbortSignal
  #container = ''

  constructor(socketPath: string, signal: AbortSignal) {
    this.#client = new HttpClient({ url: 'http://engine', socketPath })
    this.#signal = signal
  }

  async version(): Promise<EngineFacts> {
    const { Components, Version, Arch } = await this.#json<{
      Components?: { Name: string }[]
      Version: string
      Arch: string
    }>('GET', '/version')
    return { name: Components?.[0]?.Name ?? 'Engine', version: Version, architecture: Arch }
  }

  async hasImage(reference: string): Promise<boolean> {
    const { status } = await this.#send({ method: 'GET', path: `/images/${reference}/json` })
    return status === 200
  }

  async load(tarPath: string): Promise<void> {
    const { status, text } = await this.#send({
      method: 'POST',
      path: '/images/load?quiet=1',
      headers: { 'content-type': 'application/x-tar' },
      body: createReadStream(tarPath),
    })
    if (status !== 200 || text.includes('"error"')) throw refusal('loading an image', text)
  }

  async runOnce(image: string): Promise<void> {
    const { Id } = await this.#json<{ Id: string }>('POST', '/containers/create', {
      Image: image,
      Entrypoint: ['/bin/true'],
      HostConfig: { NetworkMode: 'none' },
    })
    this.#container = Id
    await this.#json('POST', `/containers/${Id}/start`)
    const { StatusCode } = await this.#json<{ StatusCode: number }>(
      'POST',
      `/containers/${Id}/wait`,
    )
    if (StatusCode !== 0) throw new Error(`a test container ended with code ${StatusCode}`)
  }

  /** Removes the container that `runOnce` made, as far as the engine still answers, and disconnects. */
  async end(): Promise<void> {
    using _client = this.#client
    if (!this.#container) return
    const path = `/containers/${this.#container}?force=1`
    await this.#send({ method: 'DELETE', path }).catch(() => {})
  }

  async #json<T>(method: string, path: string, body?: unknown): Promise<T> {
    const { status, text } = await this.#send({
      method,
      path,
      ...(body
        ? { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }
        : {}),
    })
    if (status < 200 || status > 299) throw refusal(`${method} ${path.split('?')[0]}`, text)
    return (text ? JSON.parse(text) : undefined) as T
  }

  async #send(request: HttpRequest): Promise<{ status: number; text: string }> {
    const { status, body } = await this.#client.request({ ...request, signal: this.#signal })
    const chunks: Buffer[] = []
    for await (const chunk of body as AsyncIterable<Buffer>) chunks.push(chunk)
    return { status, text: Buffer.concat(chunks).toString('utf8') }
  }
}

function refusal(step: string, text: string): Error {
  const message = /"(?:message|error)"\s*:\s*"((?:[^"\\]|\\.)*)"/.exec(text)?.[1]
  return new Error(`${step}: ${message ? (JSON.parse(`"${message}"`) as string) : text.trim()}`)
}
