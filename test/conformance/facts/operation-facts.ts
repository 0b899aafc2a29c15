import { beforeAll, describe, expect, test } from 'vitest'
import { methodOf } from '../endpoints/operation.ts'
import { clientOperations, clientView } from './client-operations.ts'
import type { FactServer } from './fact-server.ts'
import { resources, rootOf } from './facts-table.ts'
import { type OpenApiOperation, readV2, readV3 } from './openapi-operations.ts'
import { readTable } from './read-table.ts'
import type { Tally } from './tally.ts'

/** Holds the operations that OpenAPI describes against `endpoints.tsv`, and against the library that was made of upstream's. */
export function operationFacts(server: () => FactServer, tally: Tally): void {
  describe('OpenAPI’s operations', () => {
    let v2: OpenApiOperation[]
    let v3: OpenApiOperation[]
    beforeAll(async () => {
      const { api } = server()
      v2 = readV2(await api.get('/openapi/v2'))
      const { paths } = await api.get('/openapi/v3')
      const documents = Object.keys(paths).map(path => api.get(`/openapi/v3/${path}`))
      v3 = (await Promise.all(documents)).flatMap(readV3)
    })

    test('of v2 are upstream’s, none more and none less', () => {
      const found = Object.fromEntries(v2.filter(isOfKubernetes).map(lineOf))
      expect(found).toEqual(expectedOperations())
      tally.count('operations', Object.keys(found).length)
    })

    test('of v3 are upstream’s, none more and none less', () => {
      expect(Object.fromEntries(v3.filter(isOfKubernetes).map(lineOf))).toEqual(
        expectedOperations(),
      )
    })

    test('have ids of their own', () => {
      for (const operations of [v2, v3])
        expect(new Set(operations.map(({ id }) => id)).size).toBe(operations.length)
    })

    test('take and answer what the client library knows of them', () => {
      const ours = new Map(v2.map(one => [`${one.method} ${one.path}`, one]))
      const known = clientOperations(process.cwd()).filter(({ key }) => ours.has(key))
      const views = known.map(({ key }) => [key, clientView(ours.get(key))])
      expect(Object.fromEntries(views)).toEqual(
        Object.fromEntries(known.map(({ key, view }) => [key, view])),
      )
      tally.count('operations of the client library', known.length)
      expect(known.length).toBeGreaterThan(640)
    })
  })
}

/** Not of an extension, as metrics and the sample definition are. */
const isOfKubernetes = ({ path }: OpenApiOperation) =>
  !/^\/apis\/(metrics\.k8s\.io|samples\.example\.com)\//.test(path)

const lineOf = ({ id, method, path, action, kind }: OpenApiOperation) =>
  [id, [method, path, action, kind].join(' ').trimEnd()] as const

const notServed = new Set([
  'getInternalApiserverAPIGroup',
  'getStoragemigrationAPIGroup',
  'logFileHandler',
  'logFileListHandler',
])

function expectedOperations(): Record<string, string> {
  const found = readTable('endpoints').flatMap(row => {
    const { operationId: id = '', action = '', path = '', group = '', version, kind } = row
    if (notServed.has(id)) return []
    const type = kind ? `${group}/${version} ${kind}` : ''
    const own = lineOf({ id, method: methodOf(id, action), path, action, kind: type })
    return [own, ...watchesOf({ id, action, path, kind: type })]
  })
  return Object.fromEntries(found)
}

/** The watch that lies beside a list, and beside the read of an object; the table has none, as they are deprecated. */
function watchesOf({ id, action, path, kind }: Omit<OpenApiOperation, 'method'>) {
  const [root, rest = ''] = splitAt(path)
  const isWatched = resources.some(
    one => rootOf(one) === root && one.verbs.includes('watch') && isMain(rest, one.resource),
  )
  if (!isWatched || (action !== 'list' && action !== 'get')) return []
  const isList = action === 'list'
  const watchId = isList
    ? id.replace(/^list/, 'watch').replace(/(ForAllNamespaces)?$/, 'List$1')
    : id.replace(/^read/, 'watch')
  const watch = { id: watchId, method: 'GET', path: `${root}/watch${rest}`, kind }
  return [lineOf({ ...watch, action: isList ? 'watchlist' : 'watch' })]
}

const splitAt = (path: string) =>
  /^(\/api\/v1|\/apis\/[^/]+\/[^/]+)(\/.*)$/.exec(path)?.slice(1) ?? []

/** Whether a path below the group-version is of the resource, and not of a subresource. */
const isMain = (rest: string, resource: string) =>
  [`/${resource}`, `/namespaces/{namespace}/${resource}`].some(
    main => rest === main || rest === `${main}/{name}`,
  )
