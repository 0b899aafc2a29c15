import { describe, expect, test } from 'vitest'
import { sampleObject } from '../../support/sample-objects.ts'
import { type ConditionalDefault, conditionalDefaults } from './conditional-defaults.ts'
import { defaultsBodies, renamed } from './default-bodies.ts'
import { type FactServer, kindName, listPath } from './fact-server.ts'
import { structs } from './facts-table.ts'
import { readTable } from './read-table.ts'
import type { Tally } from './tally.ts'

/** Holds `defaults.json` against the server: what a create fills in where the body says nothing. */
export function defaultFacts(server: () => FactServer, tally: Tally): void {
  describe('a default', () => {
    const seen = new Set<string>()

    test('is filled in wherever its struct stands in a body and the field is absent', async () => {
      const differences = new Set<string>()
      for (const { kind, body } of defaultsBodies()) {
        if (!isServed(server(), kind)) continue
        const answer = await dryCreate(server(), kind, body)
        for (const { fact, actual } of defaultsIn(structName(kind), body, answer)) {
          seen.add(fact.line)
          if (JSON.stringify(actual) !== fact.value)
            differences.add(`${kind}: ${fact.line}: ${JSON.stringify(actual)}`)
        }
      }
      expect([...differences]).toEqual([])
    })

    test('is filled in under the conditions of its row', async () => {
      const found: Record<string, unknown> = {}
      const wanted: Record<string, unknown> = {}
      for (const conditional of conditionalDefaults) {
        const { row, kind, path, expected } = conditional
        const matching = facts.filter(({ line }) => `${line} `.startsWith(row))
        if (matching.length === 0) throw new Error(`no row begins with ${row}`)
        for (const { line } of isServed(server(), kind) ? matching : []) seen.add(line)
        if (!isServed(server(), kind)) continue
        found[row] = valueAt(await dryAnswer(server(), conditional), path)
        wanted[row] = expected
      }
      expect(found).toEqual(wanted)
    })

    test('of a load balancer is filled into its status', async () => {
      const { api } = server()
      const list = '/api/v1/namespaces/default/services'
      const body = sampleObject('v1 Service', { name: 'balanced' })
      body['spec'] = { type: 'LoadBalancer', ports: [{ port: 80 }] }
      await api.request('POST', list, { body })
      const { json } = await api.request('PATCH', `${list}/balanced/status?dryRun=All`, {
        body: { status: { loadBalancer: { ingress: [{ ip: '10.9.8.7' }] } } },
        headers: { 'content-type': 'application/merge-patch+json' },
      })
      expect(json.status.loadBalancer.ingress).toEqual([{ ip: '10.9.8.7', ipMode: 'VIP' }])
      const row = 'core/v1.Service status.loadBalancer'
      for (const { line } of facts.filter(({ line }) => line.startsWith(row))) seen.add(line)
    })

    test('of every row was seen, but for those that cannot be', () => {
      const missed = facts.filter(({ line, struct }) => !seen.has(line) && !isOfMissing(struct))
      expect(missed.map(({ line }) => line).toSorted()).toEqual(unseen.toSorted())
      tally.count('defaults', seen.size)
    })

    const isOfMissing = (struct: string) =>
      server().missing.some(kind => struct.startsWith(`${kind.split(' ')[0]}.`))
  })
}

/** What no answer of a server shows. */
const unseen: readonly string[] = [
  // A query parameter, whose feature gate is off.
  'core/v1.PodLogOptions stream "All" gate PodLogsQuerySplitStreams',
  'core/v1.ConfigMap data {} internal only; empty map is omitted on output',
]

interface DefaultFact {
  /** The row, its cells divided by blanks. */
  line: string
  struct: string
  path: string
  /** As JSON. */
  value: string
  condition: string
}

const facts: readonly DefaultFact[] = readTable('defaults').map(row => {
  const { struct = '', path = '', value = '', condition = '' } = row
  const line = [struct, path, value, condition].join(' ').trimEnd()
  return { line, struct, path, value, condition }
})

/** Those that depend on nothing but the field's absence, or its zero. */
const plain = Map.groupBy(
  facts.filter(
    ({ value, condition }) => /^0?$/.test(condition) && !/^"(=|now|\[)|\{kind|\(/.test(value),
  ),
  ({ struct }) => struct,
)

const isServed = ({ served }: FactServer, kind: string) =>
  served.some(resource => kindName(resource) === kind)

const structName = (kind: string) => {
  const [apiVersion = '', name] = kind.split(' ')
  return `${apiVersion.includes('/') ? apiVersion : `core/${apiVersion}`}.${name}`
}

async function dryCreate({ api, served }: FactServer, kind: string, body: object) {
  const resource = served.find(one => kindName(one) === kind)
  if (!resource) throw new Error(`${kind} is not served`)
  const answer = await api.request('POST', `${listPath(resource)}?dryRun=All`, { body })
  if (answer.status !== 201) throw new Error(`${kind}: ${answer.status} ${answer.bytes}`)
  return answer.json as unknown
}

/** What a create answers, a replacement or a write of a subresource. */
async function dryAnswer(server: FactServer, conditional: ConditionalDefault): Promise<unknown> {
  const { kind, body, subresource, replaces } = conditional
  if (subresource) return askSubresource(server, kind, subresource, body)
  const object = { ...sampleObject(kind), ...body }
  if (!replaces) return dryCreate(server, kind, renamed(object))
  const resource = server.served.find(one => kindName(one) === kind)
  const path = `${resource && listPath(resource)}/${object.metadata.name}?dryRun=All`
  return (await server.api.request('PUT', path, { body: object })).json
}

async function askSubresource(
  { api, samples }: FactServer,
  kind: string,
  { method, name }: NonNullable<ConditionalDefault['subresource']>,
  body: object,
): Promise<unknown> {
  const type = method === 'PATCH' ? 'application/strategic-merge-patch+json' : 'application/json'
  const path = `${samples.get(kind)?.path}/${name}?dryRun=All`
  const answer = await api.request(method, path, { body, headers: { 'content-type': type } })
  if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${answer.bytes}`)
  return answer.json
}

interface Seen {
  fact: DefaultFact
  actual: unknown
}

/** Every plain default of a struct and what lies in it that the body left out, and what the answer has there. */
function* defaultsIn(struct: string, body: unknown, answer: unknown): Generator<Seen> {
  for (const fact of plain.get(struct) ?? [])
    for (const [own, filled] of pairsAt(fact.path.split('.'), body, answer))
      if (own === undefined || (fact.condition === '0' && own === 0)) yield { fact, actual: filled }
  for (const member of structs.get(struct)?.members ?? []) {
    if (!structs.has(member.struct)) continue
    if (member.type === 'inline') yield* defaultsIn(member.struct, body, answer)
    const filled = (answer as Record<string, unknown> | undefined)?.[member.json]
    const own = (body as Record<string, unknown> | undefined)?.[member.json]
    if (filled === undefined || own === undefined) continue
    const items = member.type.startsWith('array<') ? (filled as unknown[]) : [filled]
    for (const [index, item] of items.entries()) {
      const ownItem = member.type.startsWith('array<') ? (own as unknown[])[index] : own
      if (ownItem !== undefined) yield* defaultsIn(member.struct, ownItem, item)
    }
  }
}

/** What body and answer have at a path; one pair for each item of a list behind `[]`. */
function pairsAt(parts: readonly string[], body: unknown, answer: unknown): [unknown, unknown][] {
  const [part, ...rest] = parts
  if (part === undefined) return [[body, answer]]
  const key = part.replace('[]', '')
  const own = (body as Record<string, unknown> | undefined)?.[key]
  const filled = (answer as Record<string, unknown> | undefined)?.[key]
  if (!part.endsWith('[]')) return pairsAt(rest, own, filled)
  return ((own as unknown[] | undefined) ?? []).flatMap((item, index) =>
    pairsAt(rest, item, (filled as unknown[] | undefined)?.[index]),
  )
}

/** The value at a path such as `spec.containers.0.image`. */
const valueAt = (object: unknown, path: string): unknown =>
  path
    .split('/')
    .reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], object)
