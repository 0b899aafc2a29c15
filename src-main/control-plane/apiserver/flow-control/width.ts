import type { Caches } from '../cache/caches.ts'
import type { Catalog } from '../catalog.ts'
import type { RequestInfo } from '../request-info.ts'
import type { ServerRequest, UserInfo } from '../server-request.ts'
import type { Limits } from './priority-level.ts'

/** A request that asks to be served. */
export interface Asking {
  request: ServerRequest
  info: RequestInfo
  user: UserInfo
}

const objectsPerSeat = 100
const widest = 10
/** No request takes more of its level than this. */
const partOfLevel = 0.15

/** How many seats a request takes: one, and of lists one for every hundred objects that they read. */
export function widthOf(
  { info, request }: Asking,
  { nominal }: Limits,
  catalog: Catalog,
  caches: Caches,
): number {
  const isList =
    info.verb === 'list' ||
    (info.verb === 'watch' && request.query.get('sendInitialEvents') === 'true')
  if (!isList || info.name || !info.isResource) return 1
  const definition = catalog.find(info)
  if (!definition || !caches.has(definition)) return 1
  const { size } = caches.of(definition)
  const limit = Number(request.query.get('limit')) || size
  const seats = Math.ceil(Math.min(limit, size) / objectsPerSeat)
  return Math.max(1, Math.min(seats, widest, Math.floor(nominal * partOfLevel)))
}
