import type { Schema } from './schemas.ts'

/** What a resource's operations are described from. */
export interface OperationContext {
  /** `AppsV1`, for operation ids. */
  idPrefix: string
  /** `apps_v1`. */
  tag: string
  kind: { group: string; version: string; kind: string }
  namespaced: boolean
  /** References to schemas. */
  object: Schema
  list: Schema | undefined
  watchEvent: Schema | undefined
  status: Schema
  deleteOptions: Schema
  patch: Schema
  /** Whether strategic merge patches are understood; custom resources have none. */
  strategic: boolean
}
