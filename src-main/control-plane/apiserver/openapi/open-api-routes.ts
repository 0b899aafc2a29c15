import type { Catalog } from '../catalog.ts'
import { subresourcesOf, verbsOf } from '../discovery/resource-list.ts'
import { parseAccept } from '../http/negotiate.ts'
import type { NonResourceRoutes } from '../non-resource-routes.ts'
import { type Reply, textReply } from '../reply.ts'
import type { RequestContext } from '../server-request.ts'
import type { Form, OpenApiDocument } from './document.ts'
import type { OpenApiGroupVersion } from './group-version-document.ts'
import type { OpenApiV3 } from './open-api-v3.ts'
import type { Schema } from './schemas.ts'

/** Serves `/openapi/v2`, `/openapi/v3` and what lies below. The documents' code is loaded and run at the first request. */
export function addOpenApi(routes: NonResourceRoutes, catalog: Catalog): void {
  let made: { changes: number; documents: Promise<OpenApiV3> } | undefined
  const load = () => {
    const { changes } = catalog
    if (made?.changes === changes) return made.documents
    const before = made?.documents
    const documents = import('./open-api-v3.ts').then(async ({ openApiV3 }) =>
      openApiV3(groupVersionsOf(catalog), undefined, await before),
    )
    made = { changes, documents }
    return documents
  }
  routes.at('/openapi/v3', async () => ({
    kind: 'value',
    status: 200,
    value: (await load()).index,
  }))
  let v2: { of: OpenApiV3; document: OpenApiDocument } | undefined
  routes.at('/openapi/v2', async context => {
    const of = await load()
    if (v2?.of !== of) {
      const { openApiV2 } = await import('./open-api-v2.ts')
      v2 = { of, document: openApiV2(of) }
    }
    return answer(v2.document, 'v2', context)
  })
  routes.below('/openapi/v3/', async context => {
    const path = context.info.path.slice('/openapi/v3/'.length)
    const document = (await load()).document(path)
    return document && (redirected(document, path, context) ?? answer(document, 'v3', context))
  })
}

/** A stale hash is sent on to the right one. */
function redirected(
  { hash }: OpenApiDocument,
  path: string,
  { request }: RequestContext,
): Reply | undefined {
  const asked = request.query.get('hash')
  if (!asked || asked === hash) return undefined
  const location = `/openapi/v3/${path}?hash=${hash}`
  return { ...textReply('', 301), headers: { location } } as Reply
}

/** The bytes in the form that the client prefers, for good where the URL names the hash. */
async function answer(
  document: OpenApiDocument,
  version: 'v2' | 'v3',
  { request }: RequestContext,
): Promise<Reply> {
  const form = preferredForm(request.header('accept'), version)
  if (!form) return textReply('', 406)
  const etag = `"${document.hash}"`
  const headers: Record<string, string> = {
    'content-type': form === 'json' ? 'application/json' : protobufTypes(version).answered,
    etag,
    vary: 'Accept, Accept-Encoding',
    ...(request.query.get('hash') === document.hash
      ? { 'cache-control': 'public, immutable, max-age=31536000' }
      : {}),
  }
  if (request.header('if-none-match') === etag)
    return { kind: 'bytes', status: 304, headers, body: new Uint8Array() }
  if (!request.header('accept-encoding')?.includes('gzip'))
    return { kind: 'bytes', status: 200, headers, body: document.bytes(form) }
  headers['content-encoding'] = 'gzip'
  return { kind: 'bytes', status: 200, headers, body: await document.gzip(form) }
}

function preferredForm(accept: string | undefined, version: 'v2' | 'v3'): Form | undefined {
  const { asked, answered } = protobufTypes(version)
  for (const { type } of parseAccept(accept || '*/*')) {
    if (type === asked || type === answered) return 'protobuf'
    if (['application/json', 'application/*', '*/*'].includes(type)) return 'json'
  }
  return undefined
}

/** The name of the protobuf form as clients have it, and the one that is legal, which answers have. */
const protobufTypes = (version: 'v2' | 'v3') => ({
  asked: `application/com.github.proto-openapi.spec.${version}@v1.0+protobuf`,
  answered: `application/com.github.proto-openapi.spec.${version}.v1.0+protobuf`,
})

function groupVersionsOf(catalog: Catalog): OpenApiGroupVersion[] {
  const definitions = [...catalog.all()]
  const byVersion = Map.groupBy(definitions, ({ group, version }) => `${group}/${version}`)
  return [...byVersion.values()].flatMap(own => {
    const [first] = own
    if (!first) return []
    const { group, version } = first
    const resources = own.map(definition => ({
      plural: definition.plural,
      kind: definition.kind,
      namespaced: definition.namespaced,
      ...(definition.listKind ? { listKind: definition.listKind } : {}),
      ...(definition.answersDeleted ? { answersDeleted: true as const } : {}),
      ...(definition.custom ? { schema: definition.custom.schema as Schema } : {}),
      verbs: verbsOf(definition),
      subresources: subresourcesOf(definition).map(
        ([name, { group = '', version = 'v1', kind, verbs }]) => ({
          name,
          group,
          version,
          kind,
          verbs,
        }),
      ),
    }))
    return [{ group, version, resources }]
  })
}
