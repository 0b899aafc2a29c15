import type { Job } from '#kubernetes/api/batch-v1.ts'
import { defineResource } from '../define-resource.ts'
import { keepStatus } from '../shared/status.ts'
import { jobColumns } from './job-columns.ts'
import { defaultJob, generateSelector } from './job-defaults.ts'
import { validateJobStatus } from './job-status-validation.ts'
import { validateJob, validateJobUpdate } from './job-validation.ts'
import { jobWarnings } from './job-warnings.ts'

export const jobs = defineResource<Job>({
  group: 'batch',
  version: 'v1',
  kind: 'Job',
  plural: 'jobs',
  singular: 'job',
  categories: ['all'],
  namespaced: true,
  storagePrefix: '/registry/jobs',
  unconditionalUpdate: true,
  // Of version 1 alone, for old clients.
  defaultPropagation: 'Orphan',
  propagationWarning:
    'child pods are preserved by default when jobs are deleted; set propagationPolicy=Background to remove them or set propagationPolicy=Orphan to suppress this warning',
  columns: jobColumns,
  selectableFields: { 'status.successful': ({ status }) => String(status?.succeeded ?? 0) },
  defaults: defaultJob,
  prepareForCreate(job) {
    job.status = {}
    generateSelector(job)
  },
  prepareForUpdate: keepStatus,
  warnings: jobWarnings,
  validate: validateJob,
  validateUpdate: validateJobUpdate,
  status: { validateUpdate: validateJobStatus },
})
