import type { Clock } from '#base/clock.ts'
import type { Logger } from '#base/logger.ts'
import type { ResourceDefinition } from '#control-plane/resources/define-resource.ts'
import type { Store } from '#control-plane/storage/store.ts'
import { admissionSteps } from './admission/index.ts'
import { QuotaCharges } from './admission/resource-quota/quota-charges.ts'
import { keepLocalApiServices } from './aggregation/local-api-services.ts'
import { ApiServer } from './api-server.ts'
import { SecretTokenUse } from './authentication/secret-token-use.ts'
import { ServiceAccountTokens } from './authentication/service-account-tokens.ts'
import { NodeAuthorizer } from './authorization/node-authorizer.ts'
import { NodeGraph } from './authorization/node-graph.ts'
import { RbacAuthorizer } from './authorization/rbac-authorizer.ts'
import { RuleIndex } from './authorization/rule-index.ts'
import { ServiceAllocators } from './bootstrap/allocators.ts'
import { bootstrapNamespaces, bootstrapObjects } from './bootstrap/bootstrap-objects.ts'
import { reconcilePolicy } from './bootstrap/bootstrap-policy.ts'
import { Caches } from './cache/caches.ts'
import { Catalog } from './catalog.ts'
import { createRoutes, type ServerState } from './create-routes.ts'
import { CustomKinds } from './custom-resources/custom-kinds.ts'
import { bootstrapFlowControl, keepFlowSchemas } from './flow-control/flow-schemas.ts'
import type { ObjectWriter } from './handlers/object-writer.ts'
import { Compaction } from './maintenance/compaction.ts'
import { EventExpiry } from './maintenance/event-expiry.ts'
import { Metrics } from './metrics.ts'
import { isReserved, keepIpAddresses } from './service-network/ip-addresses.ts'
import {
  bootstrapServiceCidr,
  keepServiceCidrs,
  readyRanges,
} from './service-network/service-cidrs.ts'
import type { Services } from './services.ts'

export interface ApiServerOptions {
  store: Store
  definitions: readonly ResourceDefinition[]
  clock: Clock
  logger: Logger
  serviceCidr: string
  /** PEM of the key that signs service-account tokens; may still be on its way while the store is read. */
  serviceAccountKey: Promise<string>
  issuer: string
  /** How often history is forgotten that no watch may ask for any more; five minutes unless given. */
  compactionIntervalMs?: number
}

export interface RunningApiServer extends AsyncDisposable {
  server: ApiServer
  state: ServerState
  allocators: ServiceAllocators
}

/** Reads the store, puts the pipeline together and writes what every cluster begins with. Listens on nothing. */
export async function createApiServer(options: ApiServerOptions): Promise<RunningApiServer> {
  const { store, clock, logger, issuer } = options
  await using owned = new AsyncDisposableStack()
  const catalog = new Catalog(options.definitions)
  const caches = owned.use(await Caches.start({ store, definitions: catalog.all(), clock, logger }))
  const { compactionIntervalMs: intervalMs } = options
  owned.use(new Compaction({ store, caches, clock, logger, ...(intervalMs ? { intervalMs } : {}) }))
  const events = caches.of(catalog.get('', 'v1', 'events'))
  owned.use(new EventExpiry({ cache: events, store, clock, logger }))
  const services = makeServices(options, catalog, caches)
  const metrics = storageMetrics(caches)
  const state: ServerState = { isReady: false, isStopping: false, address: '' }
  const server = new ApiServer(services, createRoutes(services, state, metrics), metrics)
  owned.use(await CustomKinds.start(services, server.writer))
  const secretTokens = owned.use(new SecretTokenUse(services, server.writer))
  services.secretTokens = secretTokens
  await bootstrapNamespaces(services, server.writer)
  await Promise.all([
    writeFirstObjects(services, server.writer, options.serviceCidr),
    secretTokens.start(),
  ])
  const { allocators } = services
  allocators.setRanges(readyRanges(services))
  owned.use(keepFlowSchemas(services, server.writer))
  owned.use(keepIpAddresses(services, server.writer))
  owned.use(keepServiceCidrs(services, server.writer, allocators))
  owned.use(keepLocalApiServices(services, server.writer))
  services.signWith(
    new ServiceAccountTokens({ key: await options.serviceAccountKey, issuer, clock }),
  )
  state.isReady = true
  owned.defer(() => {
    state.isStopping = true
  })
  const running = owned.move()
  return { server, state, allocators, [Symbol.asyncDispose]: () => running.disposeAsync() }
}

/** Services, and the way to give them what signs tokens once its key is there. */
interface StartingServices extends Services {
  readonly allocators: ServiceAllocators
  signWith(tokens: ServiceAccountTokens): void
}

function makeServices(
  { store, clock, logger, issuer, serviceCidr }: ApiServerOptions,
  catalog: Catalog,
  caches: Caches,
): StartingServices {
  const allocators = new ServiceAllocators(serviceCidr, address => isReserved(services, address))
  allocators.restore(caches.of(catalog.get('', 'v1', 'services')))
  const roles = new RbacAuthorizer(new RuleIndex(catalog, caches))
  let tokens: ServiceAccountTokens | undefined
  const services: StartingServices = {
    clock,
    logger,
    store,
    catalog,
    caches,
    admission: admissionSteps,
    quotas: new QuotaCharges(() => services),
    allocators,
    authorizer: new NodeAuthorizer(roles, new NodeGraph(catalog, caches)),
    get tokens() {
      if (!tokens) throw new Error('the API server is still starting')
      return tokens
    },
    signWith(given) {
      tokens = given
    },
    secretTokens: undefined,
    kubelet: undefined,
    scheduling: undefined,
    dialer: undefined,
    issuer,
  }
  return services
}

function storageMetrics(caches: Caches): Metrics {
  const metrics = new Metrics()
  metrics.gauge('apiserver_storage_objects', 'Number of stored objects by kind.', () =>
    [...caches.all()].map(({ definition, size }) => ({
      labels: { resource: definition.plural, group: definition.group },
      value: size,
    })),
  )
  metrics.gauge('apiserver_longrunning_requests', 'Number of watches that are open, by kind.', () =>
    [...caches.all()].map(({ definition: { group, version, plural }, watching }) => ({
      labels: { verb: 'WATCH', group, version, resource: plural },
      value: watching,
    })),
  )
  return metrics
}

/** Writes what every cluster begins with, namespaces aside. */
const writeFirstObjects = (
  services: Services,
  writer: ObjectWriter,
  serviceCidr: string,
): Promise<unknown> =>
  Promise.all([
    bootstrapObjects(services, writer),
    reconcilePolicy(services, writer),
    bootstrapFlowControl(services, writer),
    bootstrapServiceCidr(services, writer, serviceCidr),
  ])
