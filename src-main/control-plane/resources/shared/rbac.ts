import type { RoleBinding, Subject } from '#kubernetes/api/rbac-v1.ts'
import type { Column } from '../define-resource.ts'
import { ageColumn, nameColumn } from './columns.ts'

export const rbacGroup = 'rbac.authorization.k8s.io'

type Binding = Pick<RoleBinding, 'metadata' | 'subjects' | 'roleRef'>

const subjectsText = (
  { subjects = [] }: Binding,
  wanted: string,
  text: (subject: Subject) => string = ({ name }) => name,
) =>
  subjects
    .filter(({ kind }) => kind === wanted)
    .map(text)
    .join(', ')

export const bindingColumns: Column<Binding>[] = [
  nameColumn,
  { name: 'Role', type: 'string', value: ({ roleRef }) => `${roleRef.kind}/${roleRef.name}` },
  ageColumn,
  { name: 'Users', type: 'string', priority: 1, value: binding => subjectsText(binding, 'User') },
  { name: 'Groups', type: 'string', priority: 1, value: binding => subjectsText(binding, 'Group') },
  {
    name: 'ServiceAccounts',
    type: 'string',
    priority: 1,
    value: binding =>
      subjectsText(
        binding,
        'ServiceAccount',
        ({ namespace, name }) => `${namespace ?? ''}/${name}`,
      ),
  },
]

/** Fills the API groups that a binding may leave out. */
export function defaultBinding(binding: Binding): void {
  binding.roleRef ??= { apiGroup: '', kind: '', name: '' }
  binding.roleRef.apiGroup ||= rbacGroup
  for (const subject of binding.subjects ?? [])
    if (!subject.apiGroup && (subject.kind === 'User' || subject.kind === 'Group'))
      subject.apiGroup = rbacGroup
}
