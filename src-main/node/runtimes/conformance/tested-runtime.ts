import type {
  ContainerConfig,
  ContainerRuntime,
  LogRequest,
  PodSandboxConfig,
  RuntimeContainer,
} from '../container-runtime.ts'
import { containerConfig, sandboxConfig } from './pod-configs.ts'

export interface ConformanceSubject {
  runtime: ContainerRuntime
  /** An image with a shell and the usual tools, present on the engine. */
  shellImage: string
  /** An image that nobody has. */
  absentImage: string
}

/** Defines a test, unless the driver is excused from it. */
export type DefineTest = (title: string, run: () => Promise<void>) => void

export const never = new AbortController().signal

/** The runtime under test, once it is opened, and what tests do with it again and again. */
export class TestedRuntime {
  #subject: ConformanceSubject | undefined

  async open(open: () => Promise<ConformanceSubject>): Promise<void> {
    this.#subject = await open()
  }

  get runtime(): ContainerRuntime {
    return this.#opened.runtime
  }

  get shellImage(): string {
    return this.#opened.shellImage
  }

  get absentImage(): string {
    return this.#opened.absentImage
  }

  /** Starts a pod of one container; answers the ids of both. */
  async startPod(
    pod = sandboxConfig(),
    change: Partial<ContainerConfig> = {},
  ): Promise<{ sandbox: string; container: string; pod: PodSandboxConfig }> {
    const sandbox = await this.runtime.runPodSandbox(pod, never)
    return { sandbox, container: await this.startContainer(sandbox, pod, change), pod }
  }

  /** Starts a further container in a pod; answers its id. */
  async startContainer(
    sandbox: string,
    pod: PodSandboxConfig,
    change: Partial<ContainerConfig>,
  ): Promise<string> {
    const config = containerConfig(pod, { image: this.shellImage, ...change })
    const container = await this.runtime.createContainer(sandbox, config, never)
    await this.runtime.startContainer(container, never)
    return container
  }

  /** Runs a shell script in a container; answers what it wrote. */
  async run(container: string, script: string): Promise<[out: string, err: string]> {
    const command = ['sh', '-c', script]
    const session = await this.runtime.exec(container, { command, stdin: false, tty: false }, never)
    return Promise.all([textOf(session.stdout), textOf(session.stderr)])
  }

  async logsOf(container: string, request: Partial<LogRequest> = {}): Promise<string> {
    const all = { follow: false, timestamps: false, ...request }
    const lines: string[] = []
    for await (const { bytes } of this.runtime.logs(container, all, never))
      lines.push(Buffer.from(bytes).toString())
    return lines.join('')
  }

  /** Waits until a container is as `check` wants it. */
  async untilContainer(
    id: string,
    check: (container: RuntimeContainer) => boolean,
  ): Promise<RuntimeContainer> {
    const deadline = performance.now() + 15_000
    for (;;) {
      const container = await this.runtime.inspectContainer(id)
      if (container && check(container)) return container
      if (performance.now() > deadline)
        throw new Error(`container stays ${JSON.stringify(container)}`)
      await new Promise(resolve => setTimeout(() => resolve(undefined), 50))
    }
  }

  get #opened(): ConformanceSubject {
    if (!this.#subject) throw new Error('the runtime is not opened yet')
    return this.#subject
  }
}

/** All of a stream as text. */
export async function textOf(stream: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = []
  for await (const chunk of stream) chunks.push(chunk)
  return Buffer.concat(chunks).toString('utf8')
}
