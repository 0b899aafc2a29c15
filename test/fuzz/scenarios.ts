import { apiVersionOf, type ResourceFact, rootOf } from '../conformance/facts/facts-table.ts'
import { encodeByFacts } from '../conformance/facts/protobuf-by-facts.ts'
import type { RawAnswer } from '../support/raw-api.ts'
import { sampleObject, sampleObjects } from '../support/sample-objects.ts'
import type { Asker } from './fuzz-client.ts'
import { oddHeaders, oddPath, oddQuery } from './odd-requests.ts'
import { damage, mutate, oddNumber, oddText, oddValue } from './odd-values.ts'
import { randomPatch } from './patches.ts'
import type { Random } from './random.ts'
import { type Schemas, schemaValue } from './schema-value.ts'

/** What a scenario works with. */
export interface FuzzWorld {
  client: Asker
  random: Random
  /** Names what nobody else has. */
  name: string
  kinds: readonly FuzzKind[]
}

/** A kind that the server serves. */
export interface FuzzKind {
  resource: ResourceFact
  /** `apps/v1 Deployment`. */
  kind: string
  list: string
  schemas: Schemas
}

type Scenario = (world: FuzzWorld) => Promise<void>
type Body = Record<string, unknown>

const protobuf = 'application/vnd.kubernetes.protobuf'
const structOf = ({ resource: { group, version, kind } }: FuzzKind) =>
  `${group || 'core'}/${version}.${kind}`

/** A valid body of a kind; where the kind insists on a name, that. */
function sample(
  { name }: FuzzWorld,
  { kind, resource }: FuzzKind,
): Body & { metadata: Body & { name: string } } {
  const body = sampleObject(kind, {
    name,
    namespace: resource.namespaced ? 'default' : undefined,
  })
  const text = JSON.stringify(body).replaceAll(
    /(?<=[".])samples\.example\.com/g,
    `${name}.example.com`,
  )
  return JSON.parse(text) as ReturnType<typeof sample>
}

/** Names that a valid body can't have as it likes. */
const named = new Set(['IPAddress', 'ServiceCIDR', 'APIService', 'CustomResourceDefinition'])

async function remove({ client }: FuzzWorld, list: string, answer: RawAnswer): Promise<void> {
  const name = answer.json?.metadata?.name
  const { status } = answer
  if (status !== 200 && status !== 201) return
  if (typeof name !== 'string' || !name) return
  // A mutated name may have half of a surrogate pair, which no path can hold.
  const path = `${list}/${encodeURIComponent(name.toWellFormed())}`
  const body = { gracePeriodSeconds: 0, propagationPolicy: 'Background' }
  await client.ask('PATCH', path, {
    body: { metadata: { finalizers: null } },
    headers: { 'content-type': 'application/merge-patch+json' },
  })
  await client.ask('DELETE', path, { body })
  if (list.endsWith('/namespaces')) await finalize(client, path)
}

async function finalize(client: Asker, path: string): Promise<void> {
  const { json } = await client.ask('GET', path)
  if (json?.kind === 'Namespace')
    await client.ask('PUT', `${path}/finalize`, { body: { ...json, spec: { finalizers: [] } } })
}

/** Creates, reads, lists, patches, replaces and deletes a valid object: all of it has to succeed. */
const lifecycle: Scenario = async world => {
  const { client, random, kinds } = world
  const kind = random.pick(kinds.filter(({ resource }) => !named.has(resource.kind)))
  const body = sample(world, kind)
  const path = `${kind.list}/${body.metadata.name}`
  const asProtobuf = random.chance(0.4)
  const created = await client.ask('POST', kind.list, {
    because: 'valid',
    wanted: [201],
    ...(asProtobuf
      ? {
          body: encodeByFacts(structOf(kind), body),
          headers: { 'content-type': protobuf, accept: 'application/json' },
        }
      : { body }),
  })
  const ok = { because: 'valid', wanted: [200] }
  await client.ask('GET', path, ok)
  await client.ask(
    'GET',
    `${kind.list}?limit=${1 + random.below(5)}&labelSelector=app!%3Dnothing`,
    ok,
  )
  await client.ask('PATCH', path, {
    ...ok,
    body: { metadata: { labels: { fuzz: 'yes' } } },
    headers: { 'content-type': 'application/merge-patch+json' },
  })
  const { json } = await client.ask('GET', path, ok)
  if (json?.metadata)
    await client.ask('PUT', path, {
      ...ok,
      body: { ...json, metadata: { ...json.metadata, annotations: { 'a.example/b': 'c' } } },
    })
  await remove(world, kind.list, created)
}

/** Creates what a schema allows; whether more than the schema is wrong with it shows. */
const bySchema: Scenario = async world => {
  const { client, random, kinds, name } = world
  const kind = random.pick(kinds)
  const { group, version, kind: kindName, namespaced } = kind.resource
  const schemaName = Object.keys(kind.schemas).find(one => one.endsWith(`.${version}.${kindName}`))
  const made = schemaValue(random, kind.schemas, kind.schemas[schemaName ?? ''] ?? {}) as Body
  const body = {
    ...made,
    apiVersion: apiVersionOf({ group, version }),
    kind: kindName,
    metadata: random.chance(0.8)
      ? { name, ...(namespaced ? { namespace: 'default' } : {}) }
      : made['metadata'],
  }
  await remove(world, kind.list, await client.ask('POST', kind.list, { body }))
}

/** Creates or replaces a valid object with something changed. */
const mutated: Scenario = async world => {
  const { client, random, kinds } = world
  const kind = random.pick(kinds)
  const body = mutate(random, sample(world, kind)) as object
  const query = random.pick([
    '',
    '?fieldValidation=Strict',
    '?fieldValidation=Ignore',
    '?dryRun=All',
  ])
  const answer = random.chance(0.75)
    ? await client.ask('POST', `${kind.list}${query}`, { body: JSON.stringify(body) })
    : await client.ask('PUT', `${kind.list}/${world.name}${query}`, { body: JSON.stringify(body) })
  await remove(world, kind.list, answer)
}

/** Bodies that are cut, damaged or none. */
const broken: Scenario = async world => {
  const { client, random, kinds } = world
  const kind = random.pick(kinds)
  const body = sample(world, kind)
  const json = JSON.stringify(body)
  switch (random.below(5)) {
    case 0: {
      const cut = json.slice(0, 1 + random.below(json.length - 1))
      await client.ask('POST', kind.list, { body: cut, wanted: [400], because: 'cut JSON' })
      return
    }
    case 1: {
      const bytes = damage(random, encodeByFacts(structOf(kind), body))
      const headers = { 'content-type': protobuf }
      const answer = await client.ask('POST', kind.list, { body: bytes, headers })
      return remove(world, kind.list, answer)
    }
    case 2: {
      const bytes = damage(random, Buffer.from(json))
      const headers = { 'content-type': random.pick(['application/yaml', 'application/json']) }
      const answer = await client.ask('POST', kind.list, { body: bytes, headers })
      return remove(world, kind.list, answer)
    }
    case 3: {
      const headers = { 'content-type': 'application/yaml' }
      const yaml = random.pick(oddYaml)
      const answer = await client.ask('POST', kind.list, { body: yaml, headers })
      return remove(world, kind.list, answer)
    }
    default: {
      const bytes = Buffer.from(Array.from({ length: random.below(200) }, () => random.below(256)))
      const answer = await client.ask('POST', kind.list, {
        body: bytes,
        headers: oddHeaders(random),
      })
      return remove(world, kind.list, answer)
    }
  }
}

const oddYaml = [
  'a: &a [*a]',
  'a: &a\nb: *nothing',
  `${'a: &a0 x\n'}${Array.from({ length: 9 }, (_, at) => `b${at}: &a${at + 1} [*a${at},*a${at},*a${at},*a${at}]`).join('\n')}`,
  'metadata:\n\tname: tab',
  '- a\n- b',
  '{{ template }}',
  '!!binary abc',
  '? [complex, key]\n: value',
  'a: 1\na: 2',
  '%YAML 9.9\n---\na',
  '<<: {a: 1}',
  '.nan: .inf',
]

/** Lists and watches with odd queries. */
const queries: Scenario = async ({ client, random, kinds }) => {
  const { list } = random.pick(kinds)
  await client.ask('GET', `${list}?${oddQuery(random)}`)
}

/** Paths that name nothing, and methods that nobody has. */
const paths: Scenario = async ({ client, random, kinds }) => {
  const { list } = random.pick(kinds)
  const path = oddPath(random, list)
  const asked = random.pick(['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'HEAD', 'PURGE'])
  const isCollection = kinds.some(kind => path.replace(/\/$/, '') === kind.list)
  // What others work with stays.
  const method = asked === 'DELETE' && isCollection ? 'GET' : asked
  await client.ask(method, path, {
    ...(method === 'POST' || method === 'PUT' ? { body: oddValue(random) as object } : {}),
  })
}

/** Good requests with odd headers. */
const headers: Scenario = async ({ client, random, kinds }) => {
  const { list } = random.pick(kinds)
  await client.ask('GET', `${list}?limit=2`, { headers: oddHeaders(random) })
}

/** Patches of four kinds of an object that is there, good and bad. */
const patches: Scenario = async world => {
  const { client, random, kinds } = world
  const kind = random.pick(kinds)
  const body = sample(world, kind)
  const created = await client.ask('POST', kind.list, { body })
  const path = `${kind.list}/${body.metadata.name}`
  for (let times = 1 + random.below(3); times > 0; times--) {
    const { type, patch, query } = randomPatch(random, body)
    const subresource = random.chance(0.2) ? random.pick(['/status', '/scale']) : ''
    await client.ask('PATCH', `${path}${subresource}${query}`, {
      body: patch,
      headers: { 'content-type': type },
    })
  }
  await remove(world, kind.list, created)
}

/** Watches that are opened and dropped, and bodies that never end. */
const drops: Scenario = async world => {
  const { client, random, kinds } = world
  const kind = random.pick(kinds)
  if (random.chance(0.6)) {
    const query = random.pick([
      'watch=1',
      'watch=1&resourceVersion=0',
      'watch=true&allowWatchBookmarks=true',
      'watch=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true',
      'watch=1&labelSelector=a%3Db',
    ])
    await client.drop('GET', `${kind.list}?${query}`, {
      after: random.chance(0.5) ? 0 : random.below(400),
    })
    return
  }
  const json = JSON.stringify(sample(world, kind))
  const body = Buffer.from(json.slice(0, random.below(json.length)))
  await client.drop('POST', kind.list, { body, after: 0 })
}

/** Subresources, with what they take and with what they don't. */
const subresources: Scenario = async world => {
  const { client, random, kinds } = world
  const kind = random.pick(kinds)
  const created = await client.ask('POST', kind.list, { body: sample(world, kind) })
  const part = random.pick([
    'status',
    'scale',
    'binding',
    'eviction',
    'token',
    'finalize',
    'approval',
    'ephemeralcontainers',
    'resize',
    'log',
    'exec',
    'attach',
    'portforward',
    'proxy',
    oddText(random).replaceAll(/[^\w-]/g, 'x') || 'x',
  ])
  const method = random.pick(['GET', 'POST', 'PUT', 'PATCH'])
  const path = `${kind.list}/${world.name}/${part}${random.chance(0.3) ? `?${oddQuery(random)}` : ''}`
  const type = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json'
  const body =
    method === 'GET'
      ? undefined
      : JSON.stringify(random.chance(0.5) ? mutate(random, created.json ?? {}) : oddValue(random))
  await client.ask(method, path, { ...(body ? { body, headers: { 'content-type': type } } : {}) })
  await remove(world, kind.list, created)
}

/** Deletes with odd options, of what is there and of what is not. */
const deletes: Scenario = async world => {
  const { client, random, kinds } = world
  const kind = random.pick(kinds)
  const created = await client.ask('POST', kind.list, { body: sample(world, kind) })
  const options = mutate(random, {
    kind: 'DeleteOptions',
    apiVersion: 'v1',
    gracePeriodSeconds: oddNumber(random),
    propagationPolicy: 'Background',
    preconditions: { uid: oddText(random) },
  }) as object
  await client.ask('DELETE', `${kind.list}/${world.name}`, { body: JSON.stringify(options) })
  await remove(world, kind.list, created)
}

const weighted: readonly (readonly [weight: number, scenario: Scenario])[] = [
  [10, lifecycle],
  [8, bySchema],
  [22, mutated],
  [14, broken],
  [12, queries],
  [10, paths],
  [6, headers],
  [10, patches],
  [6, drops],
  [5, subresources],
  [4, deletes],
]
const total = weighted.reduce((sum, [weight]) => sum + weight, 0)

/** One of them, as often as it is worth. */
export function pickScenario(random: Random): Scenario {
  let left = random.next() * total
  for (const [weight, scenario] of weighted) {
    left -= weight
    if (left < 0) return scenario
  }
  return lifecycle
}

/** The kinds that can be created, with the schemas that the server tells of them. */
export async function readKinds(
  client: Asker,
  resources: readonly ResourceFact[],
): Promise<FuzzKind[]> {
  const kept = resources.filter(one => sampleObjects[kindOf(one)])
  const schemas = new Map<string, Schemas>()
  for (const root of new Set(kept.map(rootOf)))
    schemas.set(root, (await client.ask('GET', `/openapi/v3${root}`)).json.components.schemas)
  return kept.map(resource => ({
    resource,
    kind: kindOf(resource),
    list: `${rootOf(resource)}${resource.namespaced ? '/namespaces/default' : ''}/${resource.resource}`,
    schemas: schemas.get(rootOf(resource)) ?? {},
  }))
}

const kindOf = (resource: ResourceFact) => `${apiVersionOf(resource)} ${resource.kind}`
