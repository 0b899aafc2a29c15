import { pods, resourceClaims } from '#client/resource-types.ts'
import type { Pod } from '#kubernetes/api/core-v1.ts'
import { keyOf, type Stored } from '#kubernetes/objects.ts'
import { claimKeys, isPodDone } from '#kubernetes/resource-claims.ts'
import { defineController } from '../define-controller.ts'
import { ClaimMaker } from './claim-maker.ts'
import { releaseClaim } from './release-claim.ts'

const podPrefix = 'pod:'
const podIndex = 'resource claim'
const reads = { pods }

/**
 * Makes the ResourceClaims that pods ask for by template, and takes claims back from pods that are done: the end of the
 * last one frees the devices, and removes the claim if it was made for that pod.
 */
export const resourceClaimController = defineController({
  name: 'resourceclaim-controller',
  serviceAccount: 'resource-claim-controller',
  component: 'resource_claim',
  for: resourceClaims,
  reads,
  start: context => {
    const { informer, informers, queue, on } = context
    const maker = new ClaimMaker(context, pod => queue.add(podPrefix + keyOf(pod)))
    informers.pods.addIndex(podIndex, claimKeys)
    const release = (pod: Pod) => {
      for (const key of claimKeys(pod)) queue.add(key)
    }
    const changed = (pod: Stored<Pod>) => {
      if (!pod.spec?.resourceClaims?.length) return
      if (isPodDone(pod)) release(pod)
      else queue.add(podPrefix + keyOf(pod))
    }
    on(informers.pods, { added: changed, updated: changed, deleted: release })
    const claimChanged = (claim: { metadata: { namespace?: string; name?: string } }) => {
      for (const pod of informers.pods.byIndex(podIndex, keyOf(claim))) changed(pod)
    }
    on(informer, { updated: claimChanged, deleted: claimChanged })
    return async key => {
      if (!key.startsWith(podPrefix)) return releaseClaim(key, context)
      const pod = informers.pods.get(key.slice(podPrefix.length))
      if (pod && !pod.metadata.deletionTimestamp && !isPodDone(pod)) await maker.serve(pod)
      return undefined
    }
  },
})
