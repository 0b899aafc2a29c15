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

  /**
   * What an object's scale says now; undefined when there is no such object or kind. Throws an error with upstream's
   * words when objects of the kind have no scale.
   */
  async find(target: ScaleTarget): Promise<Stored<Scale> | undefined> {
    const served = await this.#resourceOf(target)
    if (!served) return undefined
    const { type, hasScale } = served
    if (!hasScale) {
      const name = type.group ? `${type.resource}.${type.group}` : type.resource
      throw new Error(`${name} does not implement the scale subresource`)
    }
    try {
      return await this.#client.raw({ method: 'GET', path: scalePath(type, target) })
    } catch (error) {
      if (isNotFound(error)) return undefined
      throw error
    }
  }

  /** Asks for as many replicas; throws when the scale was changed since it was read. */
  async setReplicas(target: ScaleTarget, scale: Stored<Scale>, replicas: number): Promise<void> {
    const served = await this.#resourceOf(target)
    if (!served) throw new Error(`no matches for kind ${JSON.stringify(target.kind)}`)
    await this.#client.raw({
      method: 'PUT',
      path: scalePath(served.type, target),
      body: { ...scale, spec: { ...scale.spec, replicas } },
    })
  }

  async #resourceOf({
    apiVersion,
    kind,
  }: ScaleTarget): Promise<{ type: ResourceType; hasScale: boolean } | undefined> {
    const { group } = parseApiVersion(apiVersion)
    const path = group ? `/apis/${apiVersion}` : `/api/${apiVersion}`
    try {
      const { resources } = await this.#client.raw<APIResourceList>({ method: 'GET', path })
      const found = resources.find(one => one.kind === kind && !one.name.includes('/'))
      if (!found) return undefined
      return {
        type: resourceType(
          apiVersion,
          found.name,
          kind,
          found.namespaced ? 'Namespaced' : 'Cluster',
        ),
        hasScale: resources.some(({ name }) => name === `${found.name}/scale`),
      }
    } catch (error) {
      if (isNotFound(error)) return undefined
      throw error
    }
  }
}

const scalePath = (type: ResourceType, { namespace, name }: ScaleTarget): string =>
  `${pathOf(type, { namespace })}/${encodeURIComponent(name)}/scale`
