import { call } from './define.ts'
import { objectName, writeResult } from './objects.ts'

export const jobEntries = {
  /** Makes a Job of a CronJob's template now, as `kubectl create job --from` does. */
  'jobs.trigger': call(objectName, writeResult),
}
