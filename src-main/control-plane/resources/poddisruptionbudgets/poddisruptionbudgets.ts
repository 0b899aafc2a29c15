import type { PodDisruptionBudget } from '#kubernetes/api/policy-v1.ts'
import { defineResource } from '../define-resource.ts'
import { ageColumn, nameColumn } from '../shared/columns.ts'
import { keepStatus } from '../shared/status.ts'
import { validateBudget, validateBudgetStatus } from './budget-validation.ts'

export const podDisruptionBudgets = defineResource<PodDisruptionBudget>({
  group: 'policy',
  version: 'v1',
  kind: 'PodDisruptionBudget',
  plural: 'poddisruptionbudgets',
  singular: 'poddisruptionbudget',
  shortNames: ['pdb'],
  namespaced: true,
  storagePrefix: '/registry/poddisruptionbudgets',
  columns: [
    nameColumn,
    {
      name: 'Min Available',
      type: 'string',
      value: ({ spec }) => String(spec.minAvailable ?? 'N/A'),
    },
    {
      name: 'Max Unavailable',
      type: 'string',
      value: ({ spec }) => String(spec.maxUnavailable ?? 'N/A'),
    },
    {
      name: 'Allowed Disruptions',
      type: 'integer',
      value: ({ status }) => status?.disruptionsAllowed ?? 0,
    },
    ageColumn,
  ],
  defaults(budget) {
    budget.spec ??= {}
  },
  prepareForCreate(budget) {
    budget.status = { disruptionsAllowed: 0, currentHealthy: 0, desiredHealthy: 0, expectedPods: 0 }
  },
  prepareForUpdate: keepStatus,
  validate: validateBudget,
  status: { validateUpdate: validateBudgetStatus },
})
