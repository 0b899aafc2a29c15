import type { KubernetesObject } from '../objects.ts'
import type { TypeSchema } from '../schema/type-schema.ts'

/** The versions of a kind: managers own fields of the version that they wrote in. */
export interface Versions {
  /** The type of objects in a version; undefined when there is no such version any more. */
  typeOf(apiVersion: string): TypeSchema | undefined
  /** The object in another version; the given one stays as it is. */
  convert(object: Readonly<KubernetesObject>, apiVersion: string): KubernetesObject
}

/** What ownership has to know of any write. */
export interface ManagedWrite {
  manager: string
  /** The version of the request, in which the objects are given. */
  apiVersion: string
  /** Empty for the object itself. */
  subresource?: string
  /** Milliseconds since the epoch. */
  now: number
  /** `untypedObject` for kinds without a schema. */
  type: TypeSchema
  /** Fields that this endpoint keeps as they are, so that nobody comes to own them through it: `[['status']]`. */
  resetFields?: readonly (readonly string[])[]
  /** Absent for a kind of one version. */
  versions?: Versions
  /** Whether a list or map may have been granular once that is atomic now, as in custom resources. */
  schemaMayChange?: boolean
}

/** The type of a version; undefined when there is none. */
export const typeIn = (
  { apiVersion, type, versions }: ManagedWrite,
  wanted: string,
): TypeSchema | undefined => (wanted === apiVersion ? type : versions?.typeOf(wanted))

/** An object in a version that there is. */
export const inVersion = (
  { versions }: ManagedWrite,
  object: Readonly<KubernetesObject>,
  wanted: string,
): KubernetesObject =>
  object.apiVersion === wanted || !versions
    ? (object as KubernetesObject)
    : versions.convert(object, wanted)
