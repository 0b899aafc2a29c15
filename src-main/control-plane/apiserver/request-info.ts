import { ownValue } from '#base/own-value.ts'

/** What a request's URL and method mean, as RBAC and the handlers see it. */
export interface RequestInfo {
  /** False for `/version`, `/apis`, `/healthz` and other paths that name no resource. */
  isResource: boolean
  path: string
  /** `get`, `list`, `watch`, `create`, `update`, `patch`, `delete`, `deletecollection`; the lower-case method for other paths. */
  verb: string
  group: string
  version: string
  /** Empty for cluster-scoped requests and across all namespaces. */
  namespace: string
  resource: string
  subresource: string
  name: string
  /** Of a list, a watch or the deletion of a collection, as it was asked for. */
  fieldSelector?: string
  /** What follows the subresource, as in `…/proxy/some/path`. */
  rest: string[]
}

const verbs: Record<string, string> = {
  POST: 'create',
  GET: 'get',
  HEAD: 'get',
  PUT: 'update',
  PATCH: 'patch',
  DELETE: 'delete',
}
const namespaceSubresources = new Set(['status', 'finalize'])

/**
 * Reads the API's URL grammar: `/api/VERSION/…` and `/apis/GROUP/VERSION/…`, then optionally `watch/` (deprecated),
 * `namespaces/NAMESPACE/`, and `RESOURCE[/NAME[/SUBRESOURCE[/…]]]`.
 */
export function parseRequestInfo(
  method: string,
  path: string,
  query: URLSearchParams,
): RequestInfo {
  const info: RequestInfo = {
    isResource: false,
    path,
    verb: method.toLowerCase(),
    group: '',
    version: '',
    namespace: '',
    resource: '',
    subresource: '',
    name: '',
    rest: [],
  }
  const parts = path.split('/').filter(Boolean).map(decodeSegment)
  const root = parts.shift()
  if (root !== 'api' && root !== 'apis') return info
  if (parts.length < (root === 'api' ? 2 : 3)) return info
  if (root === 'apis') info.group = parts.shift() ?? ''
  info.version = parts.shift() ?? ''
  info.isResource = true
  info.verb = ownValue(verbs, method) ?? ''
  if (parts[0] === 'watch') {
    parts.shift()
    if (info.verb === 'get') info.verb = 'watch'
  }
  readResource(info, parts)
  chooseVerb(info, query)
  return info
}

function readResource(info: RequestInfo, parts: string[]): void {
  if (parts[0] === 'namespaces' && parts.length > 1) {
    info.namespace = parts[1] ?? ''
    if (parts.length > 2 && !namespaceSubresources.has(parts[2] ?? '')) parts.splice(0, 2)
  }
  const [resource = '', name = '', subresource = '', ...rest] = parts
  Object.assign(info, { resource, name, subresource, rest })
}

function chooseVerb(info: RequestInfo, query: URLSearchParams): void {
  if (info.name) return
  if (info.verb === 'get') info.verb = isTrue(query.get('watch')) ? 'watch' : 'list'
  if (info.verb === 'delete') info.verb = 'deletecollection'
  if (!['list', 'watch', 'deletecollection'].includes(info.verb)) return
  const fieldSelector = query.get('fieldSelector')
  if (!fieldSelector) return
  info.fieldSelector = fieldSelector
  const named = /^metadata\.name==?([^,]+)$/.exec(fieldSelector)
  if (named?.[1]) info.name = named[1]
}

/** How upstream reads a boolean query parameter: present and neither `false`, in any case, nor `0`. */
export const isTrue = (value: string | null): boolean =>
  value !== null && value.toLowerCase() !== 'false' && value !== '0'

function decodeSegment(segment: string): string {
  if (!segment.includes('%')) return segment
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment
  }
}
