import { jobs } from '#client/resource-types.ts'
import type { Job } from '#kubernetes/api/batch-v1.ts'
import type { Stored } from '#kubernetes/objects.ts'
import { isNotFound } from '#kubernetes/status-error.ts'
import { defineController } from './define-controller.ts'

/** Deletes Jobs, with their pods, some time after they ended. */
export const ttlAfterFinishedController = defineController({
  name: 'ttl-after-finished-controller',
  for: jobs,
  start: ({ client, clock, informer }) => {
    return async key => {
      const known = informer.get(key)
      const waitMs = known && untilExpired(known, clock.now())
      if (!known || waitMs === undefined || waitMs > 0) return waitMs
      try {
        const fresh = await client.get(jobs, known.metadata)
        const stillMs = untilExpired(fresh, clock.now())
        if (stillMs === undefined || stillMs > 0) return stillMs
        await client.delete(jobs, fresh.metadata, {
          propagationPolicy: 'Foreground',
          preconditions: {
            uid: fresh.metadata.uid,
            resourceVersion: fresh.metadata.resourceVersion,
          },
        })
      } catch (error) {
        if (!isNotFound(error)) throw error
      }
      return undefined
    }
  },
})

/** Milliseconds until a Job is to go; undefined while it runs, or when it may stay. */
function untilExpired({ metadata, spec, status }: Stored<Job>, now: number): number | undefined {
  const { ttlSecondsAfterFinished: seconds } = spec
  if (seconds === undefined || metadata.deletionTimestamp) return undefined
  const ended = status?.conditions?.find(
    ({ type, status }) => status === 'True' && (type === 'Complete' || type === 'Failed'),
  )
  const at = Date.parse(ended?.lastTransitionTime ?? '')
  return Number.isNaN(at) ? undefined : at + seconds * 1000 - now
}
