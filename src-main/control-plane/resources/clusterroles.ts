import type { ClusterRole } from '#kubernetes/api/rbac-v1.ts'
import { defineResource } from './define-resource.ts'
import { defaultColumns } from './shared/columns.ts'
import { rbacGroup } from './shared/rbac.ts'

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
})
