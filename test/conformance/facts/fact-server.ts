import { RawApi } from '../../support/raw-api.ts'
import { startCluster, type TestCluster } from '../../support/start-cluster.ts'
import { apiVersionOf, type ResourceFact, resources, rootOf } from './facts-table.ts'

/** A running API server that facts are held against, as its administrator. */
export interface FactServer extends AsyncDisposable {
  readonly cluster: TestCluster
  readonly api: RawApi
  /** The stable kinds that it serves. */
  readonly served: readonly ResourceFact[]
  /** The stable kinds that it doesn't, such as `apps/v1 Deployment`. */
  readonly missing: readonly string[]
}

/** Starts an API server without controllers, with what the pods of namespace `default` need. */
export async function startFactServer(): Promise<FactServer> {
  await using starting = new AsyncDisposableStack()
  const cluster = starting.use(await startCluster({ controllers: false }))
  const { url, certificates } = cluster.controlPlane
  const admin = certificates.clients['admin']
  if (!admin) throw new Error('the cluster has no administrator')
  const api = starting.use(
    new RawApi({
      url,
      ca: certificates.ca.certificate,
      identity: { key: admin.key, cert: admin.certificate },
    }),
  )
  const served = await servedResources(api)
  const missing = resources.filter(resource => !served.includes(resource)).map(kindName)
  const owned = starting.move()
  return {
    cluster,
    api,
    served,
    missing,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

export const kindName = (resource: ResourceFact): string =>
  `${apiVersionOf(resource)} ${resource.kind}`

async function servedResources(api: RawApi): Promise<ResourceFact[]> {
  const roots = new Set(resources.map(rootOf))
  const names = new Set<string>()
  for (const root of roots) {
    const { status, json } = await api.request('GET', root)
    if (status === 200)
      for (const { name } of json.resources as { name: string }[]) names.add(`${root} ${name}`)
  }
  return resources.filter(resource => names.has(`${rootOf(resource)} ${resource.resource}`))
}
