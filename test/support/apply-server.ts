import { expect } from 'vitest'
import type { ManagedFieldsEntry } from '#kubernetes/api/meta-v1.ts'
import { applyConfiguration } from '#kubernetes/apply/apply-configuration.ts'
import { trackUpdate } from '#kubernetes/apply/track-update.ts'
import { deepEqual } from '#kubernetes/json.ts'
import type { KubernetesObject } from '#kubernetes/objects.ts'
import { findType } from '#kubernetes/schema/find-object-type.ts'
import type { TypeSchema } from '#kubernetes/schema/type-schema.ts'
import { StatusError } from '#kubernetes/status-error.ts'

/** The schema of a built-in kind. */
export const typeOf = (apiVersion: string, name: string): TypeSchema => {
  const type = findType(apiVersion, name)
  if (!type) throw new Error(name)
  return type
}

/** A server with one object, for tests: writes go through server-side apply or through a tracked update. */
export class Server {
  object: KubernetesObject | undefined
  now = Date.parse('2026-01-01T00:00:00Z')
  readonly apiVersion: string
  readonly kind: string
  readonly type: TypeSchema

  constructor(apiVersion: string, kind: string, type = typeOf(apiVersion, kind)) {
    this.apiVersion = apiVersion
    this.kind = kind
    this.type = type
  }

  #whole(config: object): Record<string, unknown> {
    const { metadata = {}, ...rest } = config as { metadata?: object }
    const { apiVersion, kind } = this
    return { apiVersion, kind, metadata: { name: 'x', namespace: 'default', ...metadata }, ...rest }
  }

  apply(
    manager: string,
    config: object,
    options: { force?: boolean; subresource?: string; resetFields?: string[][] } = {},
  ): this {
    const { apiVersion, type, now } = this
    const applied = this.#whole(config)
    const request = {
      live: this.object,
      applied,
      manager,
      force: false,
      apiVersion,
      type,
      now,
      ...options,
    }
    const before = structuredClone(this.object)
    const { object } = applyConfiguration(request)
    expect(this.object).toEqual(before)
    this.#store(object)
    return this
  }

  write(
    manager: string,
    object: object,
    options: { subresource?: string; resetFields?: string[][] } = {},
  ): this {
    const { apiVersion, type, now } = this
    const updated = this.#whole(object) as unknown as KubernetesObject
    if (this.object?.metadata.uid) updated.metadata.uid = this.object.metadata.uid
    const managedFields = trackUpdate({
      old: this.object,
      updated,
      manager,
      apiVersion,
      now,
      type,
      ...options,
    })
    this.#store({ ...updated, metadata: { ...updated.metadata, managedFields } })
    return this
  }

  #store(object: KubernetesObject): void {
    if (this.object && deepEqual(object, this.object)) return
    this.object = structuredClone(object)
    this.object.metadata.uid ??= 'u'
    this.now += 60_000
  }

  /** `manager: fields` of every entry, updaters marked. */
  get owners(): Record<string, unknown> {
    const entries = this.object?.metadata.managedFields ?? []
    return Object.fromEntries(
      entries.map(({ manager, operation, fieldsV1, subresource }) => [
        `${manager}${operation === 'Update' ? ' (update)' : ''}${subresource ? `/${subresource}` : ''}`,
        fieldsV1,
      ]),
    )
  }

  get entries(): ManagedFieldsEntry[] {
    return this.object?.metadata.managedFields ?? []
  }

  /** The object without what the server adds: its metadata, and structs that are always there and empty. */
  get content(): unknown {
    const {
      apiVersion: _,
      kind: __,
      metadata,
      ...rest
    } = this.object as unknown as Record<string, unknown> & { metadata: Record<string, unknown> }
    const { managedFields: ___, uid: ____, name: _____, namespace: ______, ...kept } = metadata
    const content = { ...(Object.keys(kept).length ? { metadata: kept } : {}), ...rest }
    const filledIn = new Set([
      'metadata',
      'spec',
      'status',
      'template',
      'strategy',
      'resources',
      'loadBalancer',
    ])
    const isFilledIn = (key: string, value: unknown) =>
      filledIn.has(key) &&
      typeof value === 'object' &&
      value !== null &&
      Object.keys(value).length === 0
    const bare = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.map(bare)
      if (typeof value !== 'object' || value === null) return value
      const entries = Object.entries(value).map(([key, item]) => [key, bare(item)] as const)
      return Object.fromEntries(entries.filter(([key, item]) => !isFilledIn(key, item)))
    }
    return bare(content)
  }
}

/** Servers of an object of these kinds. */
export const configMap = () => new Server('v1', 'ConfigMap')
export const deployment = () => new Server('apps/v1', 'Deployment')
export const pod = () => new Server('v1', 'Pod')
export const service = () => new Server('v1', 'Service')
/** A Deployment whose pods have these containers. */
export const template = (...containers: object[]) => ({
  spec: { template: { spec: { containers } } },
})

/** The refusal that a write ends with. */
export function failure(run: () => unknown): StatusError {
  try {
    run()
  } catch (error) {
    if (error instanceof StatusError) return error
    throw error
  }
  throw new Error('did not fail')
}
