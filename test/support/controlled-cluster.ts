import { type Clock, sleep, systemClock } from '#base/clock.ts'
import { type Logger, silentLogger } from '#base/logger.ts'
import { Client } from '#client/rest.ts'
import type { ApiRequest, Transport } from '#client/transport.ts'
import { type Controller, runControllers } from '#control-plane/controllers/index.ts'
import { serviceAccountGroups, serviceAccountOf } from '#kubernetes/service-account-user.ts'
import { startCluster, type TestCluster } from './start-cluster.ts'

/** An API server with chosen controllers, without scheduler and nodes. */
export interface ControlledCluster extends AsyncDisposable {
  readonly cluster: TestCluster
  /** As administrator. */
  readonly client: Client
  transportFor(user: string): Transport
  /** Stops the controllers and starts them anew, as after a restart of the process; `meanwhile` none runs. */
  restart(meanwhile?: () => Promise<unknown>): Promise<void>
}

const groupsOf = (user: string): string[] => {
  const account = serviceAccountOf(user)
  return [...(account ? serviceAccountGroups(account.namespace) : []), 'system:authenticated']
}

/** Starts a cluster for a test of controllers; all of them unless told. */
export async function startControlledCluster(
  options: {
    clock?: Clock
    logger?: Logger
    only?: readonly Controller[]
    /** How late the controllers' informers see what happens to resources whose path matches. */
    lag?: { ms: number; path?: RegExp }
    /** Sees every request that the controllers make. */
    onRequest?: (request: ApiRequest) => void
  } = {},
): Promise<ControlledCluster> {
  const { clock = systemClock, logger = silentLogger, only, lag, onRequest } = options
  const cluster = await startCluster({ controllers: false, logger })
  const transportFor = (user: string) => {
    const transport = cluster.controlPlane.transport({ name: user, groups: groupsOf(user) })
    return lag || onRequest ? observed(transport, lag, onRequest) : transport
  }
  const start = () =>
    runControllers({
      transportFor,
      clock,
      logger,
      options: { rootCertificate: 'test authority' },
      ...(only ? { only } : {}),
    })
  let running = await start()
  return {
    cluster,
    client: new Client(cluster.admin),
    transportFor,
    async restart(meanwhile) {
      await running[Symbol.asyncDispose]()
      await meanwhile?.()
      running = await start()
    },
    async [Symbol.asyncDispose]() {
      await running[Symbol.asyncDispose]()
      await cluster[Symbol.asyncDispose]()
    },
  }
}

/** A transport that shows its requests, and whose watches tell everything late. */
function observed(
  transport: Transport,
  lag: { ms: number; path?: RegExp } | undefined,
  onRequest: ((request: ApiRequest) => void) | undefined,
): Transport {
  return {
    async request(request) {
      onRequest?.(request)
      const response = await transport.request(request)
      if (!lag || !(lag.path ?? /./).test(request.path)) return response
      return {
        status: response.status,
        headers: response.headers,
        json: () => response.json(),
        bytes: () => response.bytes(),
        events: () => delayed(response.events(), lag.ms),
      }
    },
  }
}

async function* delayed<T>(source: AsyncIterable<T>, lagMs: number): AsyncGenerator<T> {
  for await (const item of source) {
    await sleep(systemClock, lagMs)
    yield item
  }
}
