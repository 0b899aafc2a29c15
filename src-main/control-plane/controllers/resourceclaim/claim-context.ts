import type { pods } from '#client/resource-types.ts'
import type { ResourceClaim } from '#kubernetes/api/resource-v1.ts'
import type { ControllerContext } from '../define-controller.ts'

/** What the parts of the controller of claims work with. */
export type ClaimContext = ControllerContext<ResourceClaim, { pods: typeof pods }>
