import { type ResourceType, resourceType } from '#client/resource-types.ts'
import { type Client, pathOf } from '#client/rest.ts'
import type { Scale } from '#kubernetes/api/autoscaling-v1.ts'
import type { APIResourceList } from '#kubernetes/api/meta-v1.ts'
import { parseApiVersion, type Stored } from '#kubernetes/objects.ts'
import { isNotFound } from '#kubernetes/status-error.ts'

/** An object that may have a scale, by its kind. */
export interface ScaleTarget {
  apiVersion: string
  kind: string
  namespace: string
  name: string
}

/** Reads and writes the `scale` subresource of objects of any kind. */
export class Scales {
  readonly #client: Client

  constructor(client: Client) {
    this.#client = client
  }

  /** What an object's scale says now; undefined when there is no such object or kind. Throws what else `get` throws. */
  async find(target: ScaleTarget): Promise<Stored<Scale> | undefined> {
    try {
      return await this.get(target)
    } catch (error) {
      if (isNotFound(error) || error instanceof UnknownKindError) return undefined
      throw error
    }
  }

  /** What an object's scale says now. Throws, in upstream's words, when objects of the kind have none. */
  async get(target: ScaleTarget): Promise<Stored<Scale>> {
    const { type, hasScale } = await this.#resourceOf(target)
    if (!hasScale) {
      const name = type.group ? `${type.resource}.${type.group}` : type.resource
      throw new Error(`${name} does not implement the scale subresource`)
    }
    return this.#client.raw({ method: 'GET', path: scalePath(type, target) })
  }

  /** Asks for as many replicas; throws when the scale was changed since it was read. */
  async setReplicas(target: ScaleTarget, scale: Stored<Scale>, replicas: number): Promise<void> {
    const { type } = await this.#resourceOf(target)
    await this.#client.raw({
      method: 'PUT',
      path: scalePath(type, target),
      body: { ...scale, spec: { ...scale.spec, replicas } },
    })
  }

  async #resourceOf({
    apiVersion,
    kind,
  }: ScaleTarget): Promise<{ type: ResourceType; hasScale: boolean }> {
    const { group } = parseApiVersion(apiVersion)
    const path = group ? `/apis/${apiVersion}` : `/api/${apiVersion}`
    const served = await this.#client.raw<APIResourceList>({ method: 'GET', path }).catch(error => {
      if (isNotFound(error)) return undefined
      throw error
    })
    const found = served?.resources.find(one => one.kind === kind && !one.name.includes('/'))
    if (!served || !found) throw new UnknownKindError(kind, group)
    const scope = found.namespaced ? 'Namespaced' : 'Cluster'
    return {
      type: resourceType(apiVersion, found.name, kind, scope),
      hasScale: served.resources.some(({ name }) => name === `${found.name}/scale`),
    }
  }
}

/** Nothing of such a kind is served. */
class UnknownKindError extends Error {
  constructor(kind: string, group: string) {
    super(`no matches for kind ${JSON.stringify(kind)} in group ${JSON.stringify(group)}`)
  }
}

const scalePath = (type: ResourceType, { namespace, name }: ScaleTarget): string =>
  `${pathOf(type, { namespace })}/${encodeURIComponent(name)}/scale`
