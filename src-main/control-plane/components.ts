import type { Clock } from '#base/clock.ts'
import type { Logger } from '#base/logger.ts'
import type { Transport } from '#client/transport.ts'
import { serviceAccountGroups, serviceAccountOf } from '#kubernetes/service-account-user.ts'
import type { ControllerOptions } from './controllers/define-controller.ts'
import { runControllers } from './controllers/index.ts'
import { runScheduler, type Scheduler } from './scheduler/scheduler.ts'

export interface ComponentsOptions {
  transport(user: { name: string; groups: string[] }): Transport
  /** What controllers can't know from the API. */
  controllers: ControllerOptions
  /** A `KubeSchedulerConfiguration`; default: upstream's. */
  schedulerConfiguration: unknown
  clock: Clock
  logger: Logger
}

/** What works on the cluster through its API, while it runs. */
export interface Components extends AsyncDisposable {
  readonly scheduler: Scheduler
}

/** Starts the controllers and the scheduler, each with its own identity. */
export async function startComponents(options: ComponentsOptions): Promise<Components> {
  const { clock, logger } = options
  const transportFor = (name: string) => options.transport(componentUser(name))
  await using starting = new AsyncDisposableStack()
  starting.use(await runControllers({ transportFor, clock, logger, options: options.controllers }))
  const scheduler = starting.use(
    runScheduler({
      transport: transportFor('system:kube-scheduler'),
      configuration: options.schedulerConfiguration,
      connectExtender: async address =>
        (await import('#platform/json-connection.ts')).JsonConnection.open(address),
      clock,
      logger,
    }),
  )
  const owned = starting.move()
  return { scheduler, [Symbol.asyncDispose]: () => owned.disposeAsync() }
}

/** A component of ours as the API server knows it: service accounts have their groups, others are just authenticated. */
function componentUser(name: string): { name: string; groups: string[] } {
  const account = serviceAccountOf(name)
  const groups = account ? serviceAccountGroups(account.namespace) : []
  return { name, groups: [...groups, 'system:authenticated'] }
}
