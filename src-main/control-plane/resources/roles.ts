import type { Role } from '#kubernetes/api/rbac-v1.ts'
import { defineResource } from './define-resource.ts'
import { defaultColumns } from './shared/columns.ts'
import { rbacGroup, validateRbacName, validateRules } from './shared/rbac.ts'

export const roles = defineResource<Role>({
  group: rbacGroup,
  version: 'v1',
  kind: 'Role',
  plural: 'roles',
  singular: 'role',
  namespaced: true,
  storagePrefix: '/registry/roles',
  unconditionalUpdate: true,
  createOnUpdate: true,
  columns: defaultColumns,
  validateName: validateRbacName,
  validate: ({ rules }) => validateRules(rules, true),
})
