import type { RoleBinding } from '#kubernetes/api/rbac-v1.ts'
import { defineResource } from './define-resource.ts'
import {
  bindingColumns,
  defaultBinding,
  rbacGroup,
  validateBinding,
  validateBindingUpdate,
  validateRbacName,
} from './shared/rbac.ts'

export const roleBindings = defineResource<RoleBinding>({
  group: rbacGroup,
  version: 'v1',
  kind: 'RoleBinding',
  plural: 'rolebindings',
  singular: 'rolebinding',
  namespaced: true,
  storagePrefix: '/registry/rolebindings',
  unconditionalUpdate: true,
  createOnUpdate: true,
  columns: bindingColumns,
  defaults: defaultBinding,
  validateName: validateRbacName,
  validate: binding => validateBinding(binding, true),
  validateUpdate: validateBindingUpdate,
})
