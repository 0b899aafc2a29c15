import type { Clock } from '#base/clock.ts'
import { errorMessage, isAbort } from '#base/errors.ts'
import type { Logger } from '#base/logger.ts'
import { EventRecorder } from '#client/events.ts'
import type { Informer, InformerHandlers } from '#client/informer.ts'
import type { ResourceType } from '#client/resource-types.ts'
import { Client } from '#client/rest.ts'
import type { InformerSelection, SharedInformers } from '#client/shared-informers.ts'
import type { Transport } from '#client/transport.ts'
import { WorkQueue } from '#client/work-queue.ts'
import { type KubernetesObject, keyOf } from '#kubernetes/objects.ts'
import { serviceAccountUser } from '#kubernetes/service-account-user.ts'
import { isConflict } from '#kubernetes/status-error.ts'

/** What differs from cluster to cluster. */
export interface ControllerOptions {
  /** The cluster's certificate authority in PEM, published to every namespace. */
  rootCertificate?: string
  /** Signs in the name of the cluster's authority. */
  certificateSigner?: CertificateSigner
  /** Signs the token that a Secret holds for a service account; it is good for as long as the Secret is there. */
  signSecretToken?: (subject: SecretTokenSubject) => Promise<string>
}

export interface CertificateSigner {
  /** What a certificate request (PKCS #10, PEM) asks for. */
  read(request: string): Promise<RequestedIdentity>
  /** The certificate as PEM; `usages` as Kubernetes names them. */
  sign(request: string, options: { usages: readonly string[]; validForMs: number }): Promise<string>
}

/** What the holder of a key asks to be certified as. */
export interface RequestedIdentity {
  commonName: string
  organizations: string[]
  dnsNames: string[]
  addresses: string[]
  emails: string[]
  uris: string[]
}

/** Whom a token in a Secret speaks for. */
export interface SecretTokenSubject {
  namespace: string
  secret: string
  serviceAccount: { name: string; uid: string }
}

/** What the process gives to every controller. */
export interface ControllerEnvironment {
  /** A way to the API server as the named user. */
  transportFor(user: string): Transport
  informers: SharedInformers
  clock: Clock
  logger: Logger
  options: ControllerOptions
}

/** A control loop that can be started; disposing what `start` returns ends it. */
export interface Controller {
  /** As kube-controller-manager names it. */
  readonly name: string
  start(environment: ControllerEnvironment): AsyncDisposable
}

type Reads = Record<string, ResourceType | { type: ResourceType; select: InformerSelection }>
type ObjectOf<R> =
  R extends ResourceType<infer T> ? T : R extends { type: ResourceType<infer T> } ? T : never

/** What a controller works with while it runs. */
export interface ControllerContext<T extends KubernetesObject, R extends Reads> {
  /** Acts as the controller's own service account. */
  readonly client: Client
  readonly clock: Clock
  readonly logger: Logger
  readonly recorder: EventRecorder
  readonly options: ControllerOptions
  /** The kind that is reconciled. */
  readonly informer: Informer<T>
  /** The further kinds, by the names given in `reads`. */
  readonly informers: { readonly [K in keyof R]: Informer<ObjectOf<R[K]>> }
  readonly queue: Pick<WorkQueue, 'add' | 'addAfter'>
  /** Shares in the informer of one more kind, for as long as the controller runs; it may not have synced yet. */
  use<O extends KubernetesObject>(type: ResourceType<O>, select?: InformerSelection): Informer<O>
  /** Listens to an informer for as long as the controller runs. */
  on<O extends KubernetesObject>(informer: Informer<O>, handlers: InformerHandlers<O>): void
  readonly signal: AbortSignal
}

export interface ControllerDefinition<T extends KubernetesObject, R extends Reads> {
  /** As kube-controller-manager names it: used in logs and as the user agent. */
  name: string
  /** The service account in kube-system that it acts as, where it isn't the name. */
  serviceAccount?: string
  /** The user it acts as, where that is no service account. */
  user?: string
  /** The source of its events, where it isn't the name. */
  component?: string
  /** The kind whose keys it reconciles. Every change of such an object enqueues its key. */
  for: ResourceType<T>
  /** Further kinds that it reads. */
  reads?: R
  /** How many keys are worked on at once; default 5. */
  workers?: number
  /** The back-off of keys that fail; default 5 ms up to 1000 s. */
  retry?: { baseMs?: number; maxMs?: number }
  /**
   * Called once, before the informers have synced: adds indexes, listens to what else wakes it,
   * and returns the function that reconciles one key.
   */
  start(context: ControllerContext<T, R>): Reconcile
}

/**
 * Makes the world match one object, whatever woke it. May run at any time and any number of times; the object may be gone.
 * Throwing means to try again after a back-off. A returned number means to look again after so many milliseconds.
 */
export type Reconcile = (key: string) => Promise<number | undefined>

/** Declares a controller; the runner supplies informers, queue, back-off, recorder and shutdown. */
export function defineController<
  T extends KubernetesObject,
  R extends Reads = Record<never, never>,
>(definition: ControllerDefinition<T, R>): Controller {
  return { name: definition.name, start: environment => run(definition, environment) }
}

/** A client with the identity of a service account in kube-system, as upstream's bootstrap roles expect it. */
export const clientOf = (environment: ControllerEnvironment, serviceAccount: string): Client =>
  clientFor(environment, serviceAccountUser('kube-system', serviceAccount))

const clientFor = (environment: ControllerEnvironment, user: string): Client =>
  new Client(environment.transportFor(user), { userAgent: 'kube-controller-manager' })

function run<T extends KubernetesObject, R extends Reads>(
  definition: ControllerDefinition<T, R>,
  environment: ControllerEnvironment,
): AsyncDisposable {
  const { clock } = environment
  const logger = environment.logger.with({ controller: definition.name })
  const owned = new AsyncDisposableStack()
  const stop = new AbortController()
  const client = definition.user
    ? clientFor(environment, definition.user)
    : clientOf(environment, definition.serviceAccount ?? definition.name)
  const component = definition.component ?? definition.name
  const recorder = owned.use(new EventRecorder({ client, clock, logger, component }))
  const queue = new WorkQueue(clock, definition.retry)

  const informer = owned.use(environment.informers.use(definition.for)).informer
  const shares = Object.entries(definition.reads ?? {}).map(([name, read]) => {
    const { type, select } = 'type' in read ? read : { type: read, select: {} }
    return [name, owned.use(environment.informers.use(type, select)).informer] as const
  })
  const on: ControllerContext<T, R>['on'] = (source, handlers) => {
    owned.use(source.on(handlers))
  }
  const reconcile = definition.start({
    client,
    clock,
    logger,
    recorder,
    options: environment.options,
    informer,
    informers: Object.fromEntries(shares) as never,
    queue,
    use: (type, select) => owned.use(environment.informers.use(type, select)).informer,
    on,
    signal: stop.signal,
  })
  on(informer, {
    added: object => queue.add(keyOf(object)),
    updated: object => queue.add(keyOf(object)),
    deleted: object => queue.add(keyOf(object)),
  })

  const synced = Promise.all([informer.synced, ...shares.map(([, share]) => share.synced)])
  const stopped = new Promise<void>(resolve => {
    stop.signal.addEventListener('abort', () => resolve(), { once: true })
  })
  const running = Promise.race([synced, stopped]).then(() =>
    queue.work(definition.workers ?? 5, key => handle(key, reconcile, queue, logger, stop.signal)),
  )
  return {
    async [Symbol.asyncDispose]() {
      stop.abort()
      queue[Symbol.dispose]()
      await running
      await owned.disposeAsync()
    },
  }
}

async function handle(
  key: string,
  reconcile: Reconcile,
  queue: WorkQueue,
  logger: Logger,
  signal: AbortSignal,
): Promise<void> {
  try {
    const again = await reconcile(key)
    queue.forget(key)
    if (again !== undefined) queue.addAfter(key, again)
  } catch (error) {
    if (signal.aborted || isAbort(error)) return
    queue.addRateLimited(key)
    const level = isConflict(error) || queue.failures(key) < 4 ? 'debug' : 'warn'
    logger[level]('could not reconcile; will retry', {
      key,
      failures: queue.failures(key),
      error: errorMessage(error),
    })
  }
}
