import type { RequestOptions } from 'node:https'
import { type ApiConstructor, type ApiType, CoreV1Api, KubeConfig } from '@kubernetes/client-node'
import { eventually } from '../../support/eventually.ts'
import { type HttpAnswer, type HttpOptions, requestHttps } from '../../support/http.ts'
import { type CommandResult, kubectl, splitCommand } from '../../support/kubectl.ts'
import { isNotFound } from './refusals.ts'
import { type WatchQuery, WatchStream } from './watch-stream.ts'

/** Tells names of one run from those of another on the same cluster. */
const run = Math.random().toString(36).slice(2, 7)
let opened = 0

/** What a conformance test has at hand: a namespace of its own, and clients that are not ours. */
export class ConformanceContext implements AsyncDisposable {
  /** File with the administrator's kubeconfig. */
  readonly kubeconfig: string
  readonly config = new KubeConfig()
  /** Exists already, with what every namespace gets of itself; deleted when the test ends. */
  readonly namespace: string
  readonly core: CoreV1Api
  readonly #owned = new AsyncDisposableStack()
  readonly #steps: string[] = []

  private constructor(kubeconfig: string) {
    this.kubeconfig = kubeconfig
    this.config.loadFromFile(kubeconfig)
    this.core = this.api(CoreV1Api)
    this.namespace = `conformance-${run}-${opened++}`
  }

  static async open(kubeconfig: string): Promise<ConformanceContext> {
    const context = new ConformanceContext(kubeconfig)
    await context.createNamespace(context.namespace)
    return context
  }

  /** A client of one API group, as administrator. */
  readonly api = <T extends ApiType>(type: ApiConstructor<T>): T => this.config.makeApiClient(type)

  /** A name that no other test uses, for objects without a namespace. */
  readonly uniqueName = (stem: string): string =>
    `${stem}-${this.namespace.slice('conformance-'.length)}`

  /** Creates a further namespace, ready for pods, and deletes it when the test ends. */
  readonly createNamespace = async (
    name: string,
    labels: Record<string, string> = {},
  ): Promise<void> => {
    await this.core.createNamespace({ body: { metadata: { name, labels } } })
    this.defer(() => this.core.deleteNamespace({ name }))
    const account = { name: 'default', namespace: name }
    await eventually(() => this.core.readNamespacedServiceAccount(account), { everyMs: 10 })
    const certificate = { name: 'kube-root-ca.crt', namespace: name }
    await eventually(() => this.core.readNamespacedConfigMap(certificate), { everyMs: 10 })
  }

  /** A request as bytes, as administrator: for what is about the wire. */
  readonly raw = async (
    method: string,
    target: string,
    options: HttpOptions = {},
  ): Promise<HttpAnswer> => {
    const credentials: RequestOptions = { headers: {} }
    await this.config.applyToHTTPSOptions(credentials)
    const headers = { ...(credentials.headers as Record<string, string>), ...options.headers }
    const server = this.config.getCurrentCluster()?.server
    return requestHttps(`${server}${target}`, method, credentials, { ...options, headers })
  }

  /** Opens a watch on a list's path; its events from now on, or from `query.resourceVersion`. */
  readonly watch = async (path: string, query: WatchQuery = {}): Promise<WatchStream> => {
    const stream = await WatchStream.open(this.config, path, query)
    this.#owned.use(stream)
    return stream
  }

  /** Runs the real kubectl in the test's namespace: a command as one types it, single quotes keep blanks together. */
  readonly kubectl = (
    command: string,
    options: { input?: string } = {},
  ): Promise<CommandResult> => {
    const args = ['--namespace', this.namespace, ...splitCommand(command)]
    return kubectl(this.kubeconfig, args, { ...options, timeoutMs: 60_000 })
  }

  /** One step of the test: what is done and what must hold then. When it fails, the failure says which it was. */
  readonly step = async <T>(title: string, act: () => T | Promise<T>): Promise<T> => {
    this.#steps.push(title)
    return act()
  }

  /** Undoes something when the test ends, however it ends; what is gone by then is no failure. */
  readonly defer = (undo: () => Promise<unknown>): void => {
    this.#owned.defer(async () => {
      await undo().catch(error => {
        if (!isNotFound(error)) throw error
      })
    })
  }

  /** The steps so far; the last is the one that is under way. */
  steps(): string {
    const last = this.#steps.length - 1
    return this.#steps.map((title, at) => `${at < last ? 'done  ' : 'FAILED'} ${title}`).join('\n')
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#owned.disposeAsync()
  }
}
