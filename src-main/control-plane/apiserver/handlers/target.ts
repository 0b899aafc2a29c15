import type { ResourceDefinition } from '#control-plane/resources/define-resource.ts'
import type { ResourceCache } from '../cache/resource-cache.ts'
import type { Reply } from '../reply.ts'
import type { RequestContext } from '../server-request.ts'
import type { Services } from '../services.ts'
import type { ObjectWriter, Write } from './object-writer.ts'

/** What a request is about: the kind as asked for, the kind it is stored as, and where. */
export interface Target {
  context: RequestContext
  services: Services
  writer: ObjectWriter
  definition: ResourceDefinition
  /** Differs from `definition` for kinds that share another's storage. */
  stored: ResourceDefinition
  cache: ResourceCache
}

export type Handler = (target: Target) => Reply | Promise<Reply>

/** The write that a request asks for, on the kind as stored. */
export function writeOf(target: Target, dryRun: boolean): Write {
  const { info, user, warnings } = target.context
  const { definition, stored } = target
  const { sameShape, validate } = definition.storedAs ?? {}
  return {
    definition: stored,
    ...(sameShape ? { rules: definition } : {}),
    ...(validate ? { validate } : {}),
    namespace: info.namespace,
    name: info.name,
    subresource: info.subresource,
    user,
    dryRun,
    warnings,
  }
}
