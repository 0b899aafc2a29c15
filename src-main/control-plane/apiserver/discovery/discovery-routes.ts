import { createHash } from 'node:crypto'
import { apiVersionOf } from '#kubernetes/objects.ts'
import type { Catalog } from '../catalog.ts'
import { parseAccept } from '../http/negotiate.ts'
import { type NonResourceRoutes, readOnly } from '../non-resource-routes.ts'
import { notServed } from '../not-served.ts'
import type { Reply } from '../reply.ts'
import type { RequestContext } from '../server-request.ts'
import { aggregated, apiGroup, apiResourceList, type GroupVersions, groupsOf } from './discovery.ts'

/** Serves `/api`, `/apis` and what lies directly below, in the old form and aggregated. */
export function addDiscovery(
  routes: NonResourceRoutes,
  catalog: Catalog,
  serverAddress: () => string,
): void {
  const groups = () => groupsOf(catalog)
  const core = () => groups().filter(({ name }) => !name)
  const named = () => groups().filter(({ name }) => name)
  routes.at(
    '/api',
    readOnly(
      context =>
        aggregatedReply(context, version => aggregated(core(), version)) ??
        value({
          kind: 'APIVersions',
          versions: ['v1'],
          serverAddressByClientCIDRs: [{ clientCIDR: '0.0.0.0/0', serverAddress: serverAddress() }],
        }),
    ),
  )
  routes.at(
    '/apis',
    readOnly(
      context =>
        aggregatedReply(context, version => aggregated(named(), version)) ??
        value({ kind: 'APIGroupList', apiVersion: 'v1', groups: named().map(apiGroup) }),
    ),
  )
  routes.below(
    '/api/',
    readOnly(({ info }) => {
      const [, , version = ''] = info.path.split('/')
      return resourceList(catalog, core(), '', version)
    }),
    () => core().flatMap(({ versions }) => versions.map(({ name }) => `/api/${name}`)),
  )
  routes.below(
    '/apis/',
    readOnly(({ info }) => {
      const [, , name = '', version] = info.path.split('/')
      if (version) return resourceList(catalog, named(), name, version)
      const group = named().find(one => one.name === name)
      if (!group) throw notServed(catalog, { group: name })
      return value({ kind: 'APIGroup', apiVersion: 'v1', ...apiGroup(group) })
    }),
    () =>
      named().flatMap(({ name: group, versions }) => [
        `/apis/${group}`,
        ...versions.map(({ name }) => `/apis/${group}/${name}`),
      ]),
  )
}

/** What `/api/v1` and `/apis/GROUP/VERSION` answer. */
function resourceList(
  catalog: Catalog,
  groups: readonly GroupVersions[],
  group: string,
  version: string,
): Reply {
  const found = groups
    .find(({ name }) => name === group)
    ?.versions.find(({ name }) => name === version)
  if (!found) throw notServed(catalog, { group })
  return value(apiResourceList(apiVersionOf({ group, version }), found.definitions))
}

const value = (object: object): Reply => ({ kind: 'value', status: 200, value: object })

/** Aggregated discovery, where the client prefers it; 304 when it has it already. */
function aggregatedReply(
  { request }: RequestContext,
  make: (apiVersion: string) => object,
): Reply | undefined {
  const version = wantedVersion(request.header('accept') ?? '')
  if (!version) return undefined
  const body = Buffer.from(JSON.stringify(make(`apidiscovery.k8s.io/${version}`)))
  const etag = `"${createHash('sha256').update(body).digest('hex').toUpperCase()}"`
  const headers = {
    etag,
    vary: 'Accept',
    'content-type': `application/json;g=apidiscovery.k8s.io;v=${version};as=APIGroupDiscoveryList`,
  }
  if (request.header('if-none-match') === etag) {
    return { kind: 'bytes', status: 304, headers, body: new Uint8Array() }
  }
  return { kind: 'bytes', status: 200, headers, body }
}

function wantedVersion(accept: string): string | undefined {
  for (const { type, parameters } of parseAccept(accept)) {
    if (type !== 'application/json') continue
    if (parameters.get('as') !== 'APIGroupDiscoveryList') return undefined
    const version = parameters.get('v')
    if (version === 'v2' || version === 'v2beta1') return version
  }
  return undefined
}
