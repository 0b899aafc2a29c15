import type { Catalog } from './catalog.ts'
import { unknownResource } from './failures.ts'
import { pageNotFound } from './plain-refusal.ts'

/**
 * The 404 of what is not served: a Status in the groups that Kubernetes itself has, where a handler of the group finds
 * nothing; plain text in groups that only definitions have, or nobody, since no handler is reached.
 */
export const notServed = (catalog: Catalog, { group }: { group: string }): Error =>
  catalog.isBuiltIn(group) ? unknownResource() : pageNotFound()
