import { type ResourceFact, resources, rootOf } from '../facts/facts-table.ts'
import { readTable } from '../facts/read-table.ts'

/** One operation of the stable API, as OpenAPI names it. */
export interface Operation {
  id: string
  method: string
  /** With `{namespace}`, `{name}` and `{path}` in it. */
  path: string
  /** Undefined for what is about no resource, and for groups that are off by default. */
  target: OperationTarget | undefined
}

export interface OperationTarget {
  resource: ResourceFact
  /** Whether the path names an object. */
  isItem: boolean
  /** Whether it is about all namespaces' objects. */
  isAcross: boolean
  subresource: string
  /** As authorization has it: `list`, `create`, … */
  verb: string
}

const methods: Record<string, string> = {
  post: 'POST',
  put: 'PUT',
  patch: 'PATCH',
  delete: 'DELETE',
  deletecollection: 'DELETE',
}
const verbs: Record<string, string> = {
  GET: 'get',
  HEAD: 'get',
  POST: 'create',
  PUT: 'update',
  PATCH: 'patch',
  DELETE: 'delete',
}

/** The method of an operation with this action; the id of one that connects names it. */
export function methodOf(id: string, action: string): string {
  const connected = /^connectCoreV1(Get|Post|Put|Patch|Delete|Head|Options)/.exec(id)?.[1]
  return connected?.toUpperCase() ?? methods[action] ?? 'GET'
}

/** Every operation of the stable API. */
export const operations: readonly Operation[] = readTable('endpoints')
  .filter(({ level }) => !level)
  .map(row => {
    const { operationId: id = '', action = '', path = '' } = row
    const method = methodOf(id, action)
    return { id, method, path, target: targetOf(path, method, action) }
  })

function targetOf(path: string, method: string, action: string): OperationTarget | undefined {
  const found = resources.find(resource => {
    const root = rootOf(resource)
    const inNamespace = `${root}/namespaces/{namespace}/`
    const prefix = path.startsWith(inNamespace) ? inNamespace : `${root}/`
    return `${path}/`.startsWith(`${prefix}${resource.resource}/`)
  })
  if (!found) return undefined
  const rest = path
    .replace(rootOf(found), '')
    .replace('/namespaces/{namespace}/', '/')
    .slice(1 + found.resource.length)
  const [, name = '', subresource = ''] = rest.split('/')
  const verb = action === 'list' || action === 'deletecollection' ? action : verbs[method]
  return {
    resource: found,
    isItem: name !== '',
    isAcross: found.namespaced && !path.includes('{namespace}'),
    subresource,
    verb: verb ?? '',
  }
}

/** Every method that some operation has on a path. */
export const methodsOf: ReadonlyMap<string, ReadonlySet<string>> = new Map(
  [...Map.groupBy(operations, ({ path }) => path)].map(([path, own]) => [
    path,
    new Set(own.map(({ method }) => method)),
  ]),
)
