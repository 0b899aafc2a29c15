import type { Clock } from '#base/clock.ts'
import { collectionPath } from '#clusters/paths.ts'
import type { ObjectName, WriteResult } from '#contract/objects.ts'
import { readObject } from '../objects/read-object.ts'
import { createObject, type WriteTarget } from '../objects/write-objects.ts'
import { object, text, type Untyped } from '../status/conditions.ts'

const jobsResource = { group: 'batch', version: 'v1', resource: 'jobs' }
const longestBase = 50

/**
 * Makes a Job of a CronJob's template now. It is the CronJob's own, so that its history counts it.
 * (kubectl's create job --from)
 */
export async function triggerJob(
  target: WriteTarget,
  of: ObjectName,
  clock: Clock,
  signal: AbortSignal,
): Promise<WriteResult> {
  const job = jobFrom(await readObject(target.transport, of, signal), clock.now())
  return createObject(target, collectionPath(jobsResource, of.namespace), job, signal)
}

function jobFrom(cronJob: Untyped, now: number): Untyped {
  const { name, namespace, uid } = object(cronJob['metadata'])
  const template = object(object(cronJob['spec'])['jobTemplate'])
  const { labels, annotations } = object(template['metadata'])
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: {
      name: `${text(name).slice(0, longestBase)}-${now.toString(36)}`,
      namespace,
      ...(labels ? { labels } : {}),
      annotations: { ...object(annotations), 'cronjob.kubernetes.io/instantiate': 'manual' },
      ownerReferences: [
        {
          apiVersion: text(cronJob['apiVersion']) || 'batch/v1',
          kind: 'CronJob',
          name,
          uid,
          controller: true,
        },
      ],
    },
    spec: template['spec'],
  }
}
