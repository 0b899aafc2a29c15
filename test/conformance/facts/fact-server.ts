import { RawApi } from '../../support/raw-api.ts'
import { sampleObject, sampleObjects } from '../../support/sample-objects.ts'
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
  /** One object of each served kind that is kept, by `apps/v1 Deployment`. */
  readonly samples: ReadonlyMap<string, Sample>
}

/** An object on the server. */
export interface Sample {
  resource: ResourceFact
  /** Path of its list. */
  list: string
  path: string
  // biome-ignore lint/suspicious/noExplicitAny: tests look deep into objects of every kind
  object: any
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
  const samples = await createSamples(api, served)
  const owned = starting.move()
  return {
    cluster,
    api,
    served,
    missing,
    samples,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

export const kindName = (resource: ResourceFact): string =>
  `${apiVersionOf(resource)} ${resource.kind}`

/** The list of a kind: in namespace `default`, where it lies in one. */
export const listPath = (resource: ResourceFact): string =>
  `${rootOf(resource)}${resource.namespaced ? '/namespaces/default' : ''}/${resource.resource}`

async function createSamples(
  api: RawApi,
  served: readonly ResourceFact[],
): Promise<Map<string, Sample>> {
  await create(api, '/api/v1/namespaces/default/serviceaccounts', {
    metadata: { name: 'default' },
  })
  const samples = new Map<string, Sample>()
  for (const resource of served.filter(one => sampleObjects[kindName(one)])) {
    const name = `sample-${resource.group.split('.')[0] || 'core'}-${resource.version}`
    const body = sampleObject(kindName(resource), {
      name,
      namespace: resource.namespaced ? 'default' : undefined,
    })
    const list = listPath(resource)
    const object = await create(api, list, body)
    samples.set(kindName(resource), {
      resource,
      list,
      path: `${list}/${body.metadata.name}`,
      object,
    })
  }
  return samples
}

async function create(api: RawApi, path: string, body: object): Promise<unknown> {
  const answer = await api.request('POST', path, { body })
  if (answer.status !== 201)
    throw new Error(`POST ${path} ${JSON.stringify(body)}: ${answer.status} ${answer.bytes}`)
  return answer.json
}

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
