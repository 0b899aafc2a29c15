import * as z from 'zod/mini'
import { call } from './define.ts'

/** Something a person may or may not do, in the terms of a SubjectAccessReview. */
export const accessQuestion = z.object({
  verb: z.string(),
  /** Empty for the core group. */
  group: z.string(),
  resource: z.string(),
  subresource: z.optional(z.string()),
  /** Absent of kinds of the whole cluster, and where every namespace is meant. */
  namespace: z.optional(z.string()),
  /** Absent: any object of the kind. */
  name: z.optional(z.string()),
})
export type AccessQuestion = z.infer<typeof accessQuestion>

export const accessEntries = {
  /**
   * Why a person may not do each of these, in the order that they were asked: `user jane may not delete pods in namespace
   * web`. Null where they may, and where the server doesn't say: then it decides when it is done.
   */
  'access.review': call(
    z.object({ cluster: z.string(), asked: z.array(accessQuestion) }),
    z.array(z.nullable(z.string())),
  ),
  /** Why a person may create nothing at all in any of these namespaces. Null where they may, and where the server doesn't say. */
  'access.creating': call(
    z.object({ cluster: z.string(), namespaces: z.array(z.string()) }),
    z.nullable(z.string()),
  ),
}
