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
  using engine = new EngineProbe(socketPath, options.signal)
  const facts = await engine.version()
  const image = await options.agentImage(facts.architecture)
  if (!(await engine.hasImage(image.reference))) await engine.load(image.tarPath)
  await engine.runOnce(image.reference)
  return facts
}

class EngineProbe implements Disposable {
  readonly #client: HttpClient
  readonly #signal: AbortSignal

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
    try {
      await this.#json('POST', `/containers/${Id}/start`)
      const { StatusCode } = await this.#json<{ StatusCode: number }>(
        'POST',
        `/containers/${Id}/wait`,
      )
      if (StatusCode !== 0) throw new Error(`a test container ended with code ${StatusCode}`)
    } finally {
      await this.#send({ method: 'DELETE', path: `/containers/${Id}?force=1` })
    }
  }

  [Symbol.dispose](): void {
    this.#client[Symbol.dispose]()
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
