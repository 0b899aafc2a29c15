import type { PolicyRule, RoleBinding, Subject } from '#kubernetes/api/rbac-v1.ts'
import { checkPathSegment, checkSubdomain } from '#kubernetes/names.ts'
import type { FieldError } from '#kubernetes/status-error.ts'
import type { Column } from '../define-resource.ts'
import { asPrinted } from './as-printed.ts'
import { ageColumn, nameColumn } from './columns.ts'
import { each, invalid, isEqual, malformed, notSupported, required } from './field-errors.ts'
import { nameCheck } from './formats.ts'

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

/** Names in RBAC only have to fit into a path: `system:node` is one. */
export const validateRbacName = nameCheck(checkPathSegment)

/** What is wrong with the rules of a role; those of a namespace can't speak of URLs. */
export const validateRules = (rules: PolicyRule[] | undefined, namespaced: boolean): FieldError[] =>
  each(rules, 'rules', (rule, path) => {
    const { verbs = [], apiGroups = [], resources = [], resourceNames = [] } = rule
    const { nonResourceURLs = [] } = rule
    const errors =
      verbs.length === 0 ? [required(`${path}.verbs`, 'verbs must contain at least one value')] : []
    if (nonResourceURLs.length > 0) {
      const refuse = (detail: string) =>
        errors.push(invalid(`${path}.nonResourceURLs`, nonResourceURLs, detail))
      if (namespaced) refuse('namespaced rules cannot apply to non-resource URLs')
      if (apiGroups.length + resources.length + resourceNames.length > 0)
        refuse('rules cannot apply to both regular resources and non-resource URLs')
      return errors
    }
    if (apiGroups.length === 0)
      errors.push(
        required(`${path}.apiGroups`, 'resource rules must supply at least one api group'),
      )
    if (resources.length === 0)
      errors.push(required(`${path}.resources`, 'resource rules must supply at least one resource'))
    return errors
  })

/** What is wrong with a binding; one of a namespace may name roles of either scope. */
export function validateBinding(binding: Binding, namespaced: boolean): FieldError[] {
  const { apiGroup, kind, name } = binding.roleRef
  const kinds = namespaced ? ['Role', 'ClusterRole'] : ['ClusterRole']
  return [
    ...(apiGroup === rbacGroup ? [] : [notSupported('roleRef.apiGroup', apiGroup, [rbacGroup])]),
    ...(kinds.includes(kind) ? [] : [notSupported('roleRef.kind', kind ?? '', kinds)]),
    ...(name
      ? malformed('roleRef.name', name, checkPathSegment(name))
      : [required('roleRef.name')]),
    ...each(binding.subjects, 'subjects', (subject, path) =>
      validateSubject(subject, path, namespaced),
    ),
  ]
}

/** A binding keeps its role. */
export function validateBindingUpdate({ roleRef }: Binding, old: Binding): FieldError[] {
  if (isEqual(roleRef, old.roleRef)) return []
  return [
    invalid(
      'roleRef',
      asPrinted('rbac.authorization.k8s.io/v1', 'RoleRef', roleRef),
      'cannot change roleRef',
    ),
  ]
}

function validateSubject(subject: Subject, path: string, namespaced: boolean): FieldError[] {
  const { kind, name, namespace, apiGroup = '' } = subject
  const errors = name ? [] : [required(`${path}.name`)]
  switch (kind) {
    case 'ServiceAccount':
      if (name) errors.push(...malformed(`${path}.name`, name, checkSubdomain(name)))
      if (apiGroup) errors.push(notSupported(`${path}.apiGroup`, apiGroup, ['']))
      if (!namespace && !namespaced) errors.push(required(`${path}.namespace`))
      return errors
    case 'User':
    case 'Group':
      if (apiGroup !== rbacGroup)
        errors.push(notSupported(`${path}.apiGroup`, apiGroup, [rbacGroup]))
      return errors
    default:
      errors.push(notSupported(`${path}.kind`, kind ?? '', ['ServiceAccount', 'User', 'Group']))
      return errors
  }
}
