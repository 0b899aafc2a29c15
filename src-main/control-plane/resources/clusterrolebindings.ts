import type { ClusterRoleBinding } from '#kubernetes/api/rbac-v1.ts'
import { defineResource } from './define-resource.ts'
import {
  bindingColumns,
  defaultBinding,
  rbacGroup,
  validateBinding,
  validateBindingUpdate,
  validateRbacName,
} from './shared/rbac.ts'

export const clusterRoleBindings = defineResource<ClusterRoleBinding>({
  group: rbacGroup,
  version: 'v1',
  kind: 'ClusterRoleBinding',
  plural: 'clusterrolebindings',
  singular: 'clusterrolebinding',
  namespaced: false,
  storagePrefix: '/registry/clusterrolebindings',
  unconditionalUpdate: true,
  createOnUpdate: true,
  columns: bindingColumns,
  defaults: defaultBinding,
  validateName: validateRbacName,
  validate: binding => validateBinding(binding, false),
  validateUpdate: validateBindingUpdate,
})
