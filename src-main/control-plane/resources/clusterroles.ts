import type { ClusterRole } from '#kubernetes/api/rbac-v1.ts'
import type { FieldError } from '#kubernetes/status-error.ts'
import { defineResource } from './define-resource.ts'
import { defaultColumns } from './shared/columns.ts'
import { each, required } from './shared/field-errors.ts'
import { validateLabelSelector } from './shared/label-selector.ts'
import { rbacGroup, validateRbacName, validateRules } from './shared/rbac.ts'

function validateAggregation({ aggregationRule }: ClusterRole): FieldError[] {
  if (!aggregationRule) return []
  const path = 'aggregationRule.clusterRoleSelectors'
  const selectors = aggregationRule.clusterRoleSelectors ?? []
  if (selectors.length === 0)
    return [
      required(path, 'at least one clusterRoleSelector required if aggregationRule is non-nil'),
    ]
  return each(selectors, path, validateLabelSelector)
}

export const clusterRoles = defineResource<ClusterRole>({
  group: rbacGroup,
  version: 'v1',
  kind: 'ClusterRole',
  plural: 'clusterroles',
  singular: 'clusterrole',
  namespaced: false,
  storagePrefix: '/registry/clusterroles',
  unconditionalUpdate: true,
  createOnUpdate: true,
  columns: defaultColumns,
  validateName: validateRbacName,
  validate: role => [...validateRules(role.rules, false), ...validateAggregation(role)],
})
