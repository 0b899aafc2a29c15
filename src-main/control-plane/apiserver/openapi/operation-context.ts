import type { DescriptionOf } from './field-descriptions.ts'
import type { OperationPlace } from './operation-ids.ts'
import type { Schema } from './schemas.ts'

/** What the operations of a resource, or of one of its subresources, are described from. */
export interface OperationContext {
  place: Required<OperationPlace>
  /** Where the group-version begins: `/apis/apps/v1`. */
  root: string
  plural: string
  /** The resource's kind, which ids and descriptions name. */
  owner: string
  /** What bodies are: another kind than the owner where a subresource has its own. */
  kind: { group: string; version: string; kind: string }
  namespaced: boolean
  verbs: readonly string[]
  /** References to schemas. */
  object: Schema
  list: Schema | undefined
  /** Undefined where there are no paths of watches: they are described for built-in kinds alone. */
  watchEvent: Schema | undefined
  /** What a delete is answered with. */
  deleted: Schema
  status: Schema
  deleteOptions: Schema
  patch: Schema
  /** A custom resource: it has no strategic merge patch and no protobuf. */
  isCustom: boolean
  descriptionOf: DescriptionOf
}
