import type { ResourceName } from '../../src-main/contract/tables.ts'

/** Names an object within its kind. */
export interface ObjectKey {
  readonly namespace?: string
  readonly name: string
}

export interface Sort {
  readonly column: string
  readonly descending: boolean
}

/** What a list shows beside its kind; all of it lives in the URL. */
export interface ListState {
  readonly filter: string
  /** A segment of the page bar: `failing`, `pending`, `running`. */
  readonly group?: string
  readonly sort?: Sort
  readonly labels?: string
  /** Which namespaces show; absent = those the cluster was last seen with. */
  readonly namespaces?: readonly string[]
}

/** A place in the window. */
export type Route =
  | { readonly page: 'clusters'; readonly create: boolean }
  | { readonly page: 'overview'; readonly cluster: string }
  | { readonly page: 'create'; readonly cluster: string }
  | { readonly page: 'forwards'; readonly cluster: string }
  | {
      readonly page: 'edit'
      readonly cluster: string
      readonly resource: ResourceName
      readonly object: ObjectKey
    }
  | {
      readonly page: 'list'
      readonly cluster: string
      readonly resource: ResourceName
      readonly list: ListState
      readonly object?: ObjectKey
      /** The tab of the object's details. */
      readonly tab?: string
      /** The object is a page of its own rather than a drawer. */
      readonly full?: boolean
    }

export type ListRoute = Extract<Route, { page: 'list' }>

const encode = encodeURIComponent
const coreGroup = 'core'

/** A place as the part of the URL behind `#`. */
export function formatRoute(route: Route): string {
  if (route.page === 'clusters') return route.create ? '/clusters/new' : '/clusters'
  const base = `/c/${encode(route.cluster)}`
  if (route.page === 'overview' || route.page === 'create' || route.page === 'forwards')
    return `${base}/${route.page}`
  const { group, version, resource } = route.resource
  const kind = `${base}/${route.page}/${encode(group || coreGroup)}/${encode(version)}/${encode(resource)}`
  const object = route.object
    ? `/${encode(route.object.namespace ?? '-')}/${encode(route.object.name)}`
    : ''
  if (route.page === 'edit') return kind + object
  const query = new URLSearchParams()
  const { filter, group: segment, sort, labels, namespaces } = route.list
  if (namespaces?.length) query.set('ns', namespaces.join(','))
  if (filter) query.set('q', filter)
  if (segment) query.set('show', segment)
  if (sort) query.set('sort', `${sort.descending ? '-' : ''}${sort.column}`)
  if (labels) query.set('labels', labels)
  if (route.tab) query.set('tab', route.tab)
  if (route.full) query.set('full', '1')
  const text = query.toString()
  return kind + object + (text && `?${text}`)
}

/** Reads what `formatRoute` wrote; anything else is the clusters page. */
export function parseRoute(hash: string): Route {
  const [path = '', search = ''] = hash.replace(/^#/, '').split('?', 2)
  const parts = path.split('/').slice(1).map(decode)
  const [top, cluster, page, group, version, resource, namespace, name] = parts
  if (top !== 'c' || !cluster) return { page: 'clusters', create: cluster === 'new' }
  if (page === 'create' || page === 'forwards') return { page, cluster }
  if (!group || !version || !resource) return { page: 'overview', cluster }
  const kind = { group: group === coreGroup ? '' : group, version, resource }
  const object = name
    ? { object: { name, ...(namespace !== '-' && namespace && { namespace }) } }
    : {}
  if (page === 'edit' && object.object) {
    return { page, cluster, resource: kind, object: object.object }
  }
  const query = new URLSearchParams(search)
  const tab = query.get('tab')
  return {
    page: 'list',
    cluster,
    resource: kind,
    list: parseList(query),
    ...object,
    ...(tab && { tab }),
    ...(query.has('full') && { full: true }),
  }
}

function parseList(query: URLSearchParams): ListState {
  const sort = query.get('sort')
  const group = query.get('show')
  const labels = query.get('labels')
  const namespaces = query.get('ns')?.split(',').filter(Boolean)
  return {
    filter: query.get('q') ?? '',
    ...(group && { group }),
    ...(labels && { labels }),
    ...(namespaces?.length && { namespaces }),
    ...(sort && { sort: { column: sort.replace(/^-/, ''), descending: sort.startsWith('-') } }),
  }
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}
