import type { DeleteOptions } from '#kubernetes/api/meta-v1.ts'
import {
  apiVersionOf,
  type KubernetesList,
  type KubernetesObject,
  type Stored,
  type WatchEvent,
} from '#kubernetes/objects.ts'
import type { ResourceType } from './resource-types.ts'
import type { ApiRequest, ApiResponse, Transport } from './transport.ts'

/** Names one object; `ObjectMeta` fits. The namespace is left out for what lives in none. */
export interface ObjectName {
  namespace?: string | undefined
  name?: string | undefined
}

export interface RequestOptions {
  signal?: AbortSignal
  /** Ask for `PartialObjectMetadata` instead of the whole object. */
  metadataOnly?: boolean
}

export interface ListOptions extends RequestOptions {
  /** Absent: every namespace. */
  namespace?: string | undefined
  labelSelector?: string | undefined
  fieldSelector?: string | undefined
  limit?: number
  continue?: string | undefined
  resourceVersion?: string
  resourceVersionMatch?: 'Exact' | 'NotOlderThan'
}

export interface WatchOptions extends ListOptions {
  allowWatchBookmarks?: boolean
  sendInitialEvents?: boolean
  timeoutSeconds?: number
}

export interface WriteOptions extends RequestOptions {
  subresource?: string
  dryRun?: boolean
  fieldManager?: string
}

export interface PatchOptions extends WriteOptions {
  type: 'json' | 'merge' | 'strategic' | 'apply'
  /** Apply only: take over fields that others own. */
  force?: boolean
}

const patchTypes = {
  json: 'application/json-patch+json',
  merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json',
  apply: 'application/apply-patch+yaml',
}

/**
 * A typed client of one API server with one identity. Every method throws a `StatusError` for an answer that isn't 2xx.
 * What it returns may be shared with caches: never change it, clone it first (`structuredClone`).
 */
export class Client {
  readonly #transport: Transport
  readonly #headers: Record<string, string>

  constructor(transport: Transport, options: { userAgent?: string } = {}) {
    this.#transport = transport
    this.#headers = options.userAgent ? { 'user-agent': options.userAgent } : {}
  }

  list<T extends KubernetesObject>(
    type: ResourceType<T>,
    options: ListOptions = {},
  ): Promise<KubernetesList<Stored<T>>> {
    const as = options.metadataOnly ? 'PartialObjectMetadataList' : undefined
    return this.#json(
      { method: 'GET', path: pathOf(type, options), query: listQuery(options) },
      options,
      as,
    )
  }

  get<T extends KubernetesObject>(
    type: ResourceType<T>,
    name: ObjectName,
    options: RequestOptions = {},
  ): Promise<Stored<T>> {
    return this.#json({ method: 'GET', path: objectPath(type, name) }, options)
  }

  /** Creates an object; `name` is only needed for a subresource such as `binding`. */
  create<T extends KubernetesObject>(
    type: ResourceType<T>,
    object: T,
    options: WriteOptions = {},
  ): Promise<Stored<T>> {
    const path = options.subresource
      ? objectPath(type, object.metadata, options.subresource)
      : pathOf(type, object.metadata)
    return this.#json(
      { method: 'POST', path, query: writeQuery(options), body: withKind(type, object) },
      options,
    )
  }

  /** Replaces an object; fails with a conflict when its `resourceVersion` isn't current. */
  update<T extends KubernetesObject>(
    type: ResourceType<T>,
    object: T,
    options: WriteOptions = {},
  ): Promise<Stored<T>> {
    return this.#json(
      {
        method: 'PUT',
        path: objectPath(type, object.metadata, options.subresource),
        query: writeQuery(options),
        body: withKind(type, object),
      },
      options,
    )
  }

  updateStatus<T extends KubernetesObject>(
    type: ResourceType<T>,
    object: T,
    options: WriteOptions = {},
  ): Promise<Stored<T>> {
    return this.update(type, object, { ...options, subresource: 'status' })
  }

  patch<T extends KubernetesObject>(
    type: ResourceType<T>,
    name: ObjectName,
    patch: unknown,
    options: PatchOptions,
  ): Promise<Stored<T>> {
    return this.#json(
      {
        method: 'PATCH',
        path: objectPath(type, name, options.subresource),
        query: { ...writeQuery(options), force: options.force ? 'true' : undefined },
        body: patch,
        contentType: patchTypes[options.type],
      },
      options,
    )
  }

  /** Deletes an object, or marks it while it has finalizers or a grace period. */
  async delete(
    type: ResourceType,
    name: ObjectName,
    options: DeleteOptions & RequestOptions = {},
  ): Promise<void> {
    const { signal, metadataOnly: _, ...body } = options
    await this.#request({
      method: 'DELETE',
      path: objectPath(type, name),
      body: { kind: 'DeleteOptions', apiVersion: 'v1', ...body },
      ...(signal ? { signal } : {}),
    })
  }

  async deleteCollection(
    type: ResourceType,
    options: ListOptions & { deleteOptions?: DeleteOptions } = {},
  ): Promise<void> {
    await this.#request({
      method: 'DELETE',
      path: pathOf(type, options),
      query: listQuery(options),
      body: { kind: 'DeleteOptions', apiVersion: 'v1', ...options.deleteOptions },
      ...(options.signal ? { signal: options.signal } : {}),
    })
  }

  /** Opens a watch. Iterating ends when the server closes it and throws when the connection breaks. */
  async watch<T extends KubernetesObject>(
    type: ResourceType<T>,
    options: WatchOptions = {},
  ): Promise<AsyncIterable<WatchEvent<T>>> {
    const { timeoutSeconds } = options
    const query = {
      ...listQuery(options),
      watch: 'true',
      allowWatchBookmarks: options.allowWatchBookmarks ? 'true' : undefined,
      sendInitialEvents: options.sendInitialEvents ? 'true' : undefined,
      timeoutSeconds: timeoutSeconds === undefined ? undefined : String(timeoutSeconds),
    }
    const as = options.metadataOnly ? 'PartialObjectMetadata' : undefined
    const response = await this.#request(
      {
        method: 'GET',
        path: pathOf(type, options),
        query,
        ...(options.signal ? { signal: options.signal } : {}),
      },
      as,
    )
    return response.events() as AsyncIterable<WatchEvent<T>>
  }

  /** A request to any path, with this client's identity. */
  async raw<T>(request: ApiRequest): Promise<T> {
    return (await this.#request(request)).json<T>()
  }

  async #json<T>(
    request: ApiRequest,
    options: RequestOptions,
    as = options.metadataOnly ? 'PartialObjectMetadata' : undefined,
  ): Promise<T> {
    const { signal } = options
    const response = await this.#request({ ...request, ...(signal ? { signal } : {}) }, as)
    return response.json<T>()
  }

  #request(request: ApiRequest, as?: string): Promise<ApiResponse> {
    const accept: Record<string, string> = as
      ? { accept: `application/json;as=${as};g=meta.k8s.io;v=v1` }
      : {}
    return this.#transport.request({
      ...request,
      headers: { ...this.#headers, ...accept, ...request.headers },
    })
  }
}

/** The path of a collection: `/apis/apps/v1/namespaces/shop/deployments`. */
export function pathOf(
  type: ResourceType,
  { namespace }: { namespace?: string | undefined },
): string {
  const root = type.group ? `/apis/${type.group}/${type.version}` : `/api/${type.version}`
  return type.namespaced && namespace
    ? `${root}/namespaces/${encodeURIComponent(namespace)}/${type.resource}`
    : `${root}/${type.resource}`
}

function objectPath(type: ResourceType, name: ObjectName, subresource?: string): string {
  if (!name.name) throw new Error(`a request for one of ${type.resource} needs a name`)
  if (type.namespaced && !name.namespace) {
    throw new Error(`a request for ${type.resource} ${JSON.stringify(name.name)} needs a namespace`)
  }
  const path = `${pathOf(type, name)}/${encodeURIComponent(name.name)}`
  return subresource ? `${path}/${subresource}` : path
}

const listQuery = (options: ListOptions): Record<string, string | undefined> => ({
  labelSelector: options.labelSelector,
  fieldSelector: options.fieldSelector,
  limit: options.limit === undefined ? undefined : String(options.limit),
  continue: options.continue,
  resourceVersion: options.resourceVersion,
  resourceVersionMatch: options.resourceVersionMatch,
})

const writeQuery = (options: WriteOptions): Record<string, string | undefined> => ({
  dryRun: options.dryRun ? 'All' : undefined,
  fieldManager: options.fieldManager,
})

const withKind = <T extends KubernetesObject>(type: ResourceType<T>, object: T): T =>
  object.kind ? object : { apiVersion: apiVersionOf(type), kind: type.kind, ...object }
