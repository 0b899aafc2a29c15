import { checklistMutations } from './checklist/index.ts'
import { conformanceMutations } from './conformance.ts'
import { deploymentMutations } from './deployments.ts'
import { deviceMutations } from './devices.ts'
import { expressionMutations } from './expressions.ts'
import { identityMutations } from './identities.ts'
import { jobMutations } from './jobs.ts'
import type { AssertionMutation, Mutation } from './mutation.ts'
import { nodeAndPolicyMutations } from './nodes-and-policy.ts'
import { ownershipMutations } from './ownership.ts'
import { requestMutations } from './requests.ts'
import { resizeMutations } from './resize.ts'
import { schedulerMutations } from './scheduler.ts'
import { applyMutations } from './server-side-apply.ts'
import { serviceMutations } from './services.ts'
import { statefulMutations } from './stateful.ts'
import { storageMutations } from './storage.ts'
import { upkeepMutations } from './upkeep.ts'

/** Every fault that can be planted, by area. A run of the tests plants one of each area, in rotation. */
export const areas: Readonly<Record<string, readonly Mutation[]>> = {
  conformance: conformanceMutations,
  deployments: deploymentMutations,
  expressions: expressionMutations,
  identities: identityMutations,
  jobs: jobMutations,
  'nodes and policy': [...nodeAndPolicyMutations, ...resizeMutations],
  ownership: ownershipMutations,
  scheduler: [...schedulerMutations, ...deviceMutations],
  services: serviceMutations,
  requests: requestMutations,
  'server-side apply': applyMutations,
  stateful: statefulMutations,
  storage: storageMutations,
  upkeep: upkeepMutations,
}

/** Every fault, also those of the checklist's assertions. */
export const allFaults: readonly (Mutation | AssertionMutation)[] = [
  ...Object.values(areas).flat(),
  ...checklistMutations,
]

/** The fault of a name; throws when there is none. */
export function findMutation(name: string): Mutation | AssertionMutation {
  const found = allFaults.find(mutation => mutation.name === name)
  if (!found)
    throw new Error(`there is no mutation named ${JSON.stringify(name)} in test/mutations`)
  return found
}
