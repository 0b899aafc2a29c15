import type { HTTPIngressPath, Ingress, IngressBackend } from '#kubernetes/api/networking-v1.ts'
import { keyOf, type Stored } from '#kubernetes/objects.ts'

/** Where a request goes, and the ingress that says so. */
export interface Route {
  /** `namespace/name`, for those who ask why. */
  ingress: string
  namespace: string
  backend: IngressBackend
}

interface PathRoute {
  path: string
  /** What the implementation decides about, we take for a prefix. */
  isExact: boolean
  route: Route
}

/**
 * Finds the backend for a host and a path as networking.k8s.io/v1 has it: an exact host goes before a wildcard, and
 * that before rules without a host; the longest path goes first, an exact one before a prefix of the same length.
 * Where two ingresses say the same, the older one has it. What no rule matches goes to the oldest default backend.
 */
export class RoutingTable {
  readonly #hosts = new Map<string, PathRoute[]>()
  #default: Route | undefined

  /** The oldest ingress comes first. */
  constructor(ingresses: readonly Stored<Ingress>[]) {
    for (const ingress of ingresses) this.#add(ingress)
    for (const paths of this.#hosts.values()) paths.sort(byPrecedence)
  }

  /** `host` as in the request's header, with or without a port; `path` may have a query. */
  find(host: string, path: string): Route | undefined {
    const name = hostName(host)
    const wanted = normalPath(path)
    for (const pattern of [name, wildcardOf(name), anyHost]) {
      const found = this.#hosts.get(pattern)?.find(one => matches(one, wanted))
      if (found) return found.route
    }
    return this.#default
  }

  #add(ingress: Stored<Ingress>): void {
    const { rules = [], defaultBackend } = ingress.spec
    const routeTo = (backend: IngressBackend): Route => ({
      ingress: keyOf(ingress),
      namespace: ingress.metadata.namespace ?? '',
      backend,
    })
    if (defaultBackend) this.#default ??= routeTo(defaultBackend)
    for (const { host = '', http } of rules) {
      const paths = this.#hosts.get(host) ?? []
      this.#hosts.set(host, paths)
      if (http) paths.push(...http.paths.map(one => pathRoute(one, routeTo(one.backend))))
      else if (defaultBackend)
        paths.push({ path: '', isExact: false, route: routeTo(defaultBackend) })
    }
  }
}

const anyHost = ''

/** Sorting keeps the order of equals, by which the older ingress stays first. */
const byPrecedence = (a: PathRoute, b: PathRoute): number =>
  b.path.length - a.path.length || Number(b.isExact) - Number(a.isExact)

function pathRoute({ path = '/', pathType }: HTTPIngressPath, route: Route): PathRoute {
  const isExact = pathType === 'Exact'
  const decoded = decodePath(path)
  return { path: isExact ? decoded : decoded.replace(/\/+$/, ''), isExact, route }
}

/** A prefix matches by whole elements: `/a` covers `/a` and `/a/b`, not `/ab`. */
const matches = ({ path, isExact }: PathRoute, wanted: string): boolean =>
  isExact ? wanted === path : wanted === path || wanted.startsWith(`${path}/`)

/** Lower case, without port and final dot. */
export const hostName = (host: string): string =>
  host.toLowerCase().replace(/:\d*$/, '').replace(/\.$/, '')

/** `*` stands for one label. */
export const wildcardOf = (name: string): string => name.replace(/^[^.]+/, '*')

/** Without query and dot segments, and decoded, so that no spelling of a path passes by its rule. */
function normalPath(path: string): string {
  const [bare = '/'] = path.split(/[?#]/, 1)
  try {
    return decodePath(new URL(`http://host${bare.startsWith('/') ? bare : '/'}`).pathname)
  } catch {
    return bare
  }
}

/** Decodes all but an encoded slash, which is no separator. */
function decodePath(path: string): string {
  try {
    return path
      .split(/%2f/i)
      .map(part => decodeURIComponent(part))
      .join('%2F')
  } catch {
    return path
  }
}
