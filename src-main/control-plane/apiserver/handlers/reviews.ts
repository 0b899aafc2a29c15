import type { ResourceDefinition } from '#control-plane/resources/define-resource.ts'
import type { Reply } from '../reply.ts'
import type { RequestContext } from '../server-request.ts'
import type { Services } from '../services.ts'

export type Review = (
  context: RequestContext,
  services: Services,
  definition: ResourceDefinition,
) => Promise<Reply>

/** The kinds that are answered, never stored. */
export const reviews: Record<string, Review> = {}
