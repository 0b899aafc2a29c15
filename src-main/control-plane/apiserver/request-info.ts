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
  const parts = segments(path)
  const [root] = parts
  if (root !== 'api' && root !== 'apis') return info
  let at = root === 'api' ? 1 : 2
  if (parts.length < at + 2) return info
  if (root === 'apis') info.group = parts[1] ?? ''
  info.version = parts[at++] ?? ''
  info.isResource = true
  info.verb = ownValue(verbs, method) ?? ''
  if (parts[at] === 'watch') {
    at++
    if (info.verb === 'get') info.verb = 'watch'
  }
  readResource(info, parts, at)
  chooseVerb(info, query)
  return info
}

/** Reads what stands from `at` on, behind the version. */
function readResource(info: RequestInfo, parts: readonly string[], at: number): void {
  let start = at
  if (parts[at] === 'namespaces' && parts.length > at + 1) {
    info.namespace = parts[at + 1] ?? ''
    const next = parts[at + 2]
    if (next !== undefined && !namespaceSubresources.has(next)) start += 2
  }
  info.resource = parts[start] ?? ''
  info.name = parts[start + 1] ?? ''
  info.subresource = parts[start + 2] ?? ''
  if (parts.length > start + 3) info.rest = parts.slice(start + 3)
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

/** What stands between the slashes of a path, percent-decoded. */
function segments(path: string): string[] {
  const found: string[] = []
  for (let start = 0; start < path.length; ) {
    const slash = path.indexOf('/', start)
    const end = slash === -1 ? path.length : slash
    if (end > start) found.push(decodeSegment(path.slice(start, end)))
    start = end + 1
  }
  return found
}

function decodeSegment(segment: string): string {
  if (!segment.includes('%')) return segment
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment
  }
}
