import { Shield } from 'lucide-react'
import type { ObjectBody } from '../../src-main/contract/objects.ts'
import type { ServiceAccount } from '../../src-main/kubernetes/api/core-v1.ts'
import type { PolicyRule, Role, RoleBinding } from '../../src-main/kubernetes/api/rbac-v1.ts'
import type { ColumnPlan } from './columns.tsx'
import type { KindPresentation, Property, PropertySection } from './define-kind.ts'
import { linkProperty, linkTo, rows, yesNo } from './shared-properties.tsx'

const group = 'rbac.authorization.k8s.io'

/** When it was made stands as its age in every list. */
const ageOnly: ColumnPlan = { hidden: ['Created At'] }

export const roles: KindPresentation = {
  resource: `roles.${group}`,
  usedBy: 'Used by',
  icon: Shield,
  columns: ageOnly,
  about: 'A Role lists what may be done in its namespace; a RoleBinding gives it to somebody.',
  sections: rules,
}

export const clusterRoles: KindPresentation = {
  resource: `clusterroles.${group}`,
  usedBy: 'Used by',
  icon: Shield,
  columns: ageOnly,
  about:
    'A ClusterRole lists what may be done in every namespace, or in one when a RoleBinding names it.',
  sections: rules,
}

export const roleBindings: KindPresentation = {
  resource: `rolebindings.${group}`,
  about: 'A RoleBinding gives a role to people, groups or service accounts in its namespace.',
  properties: body => bindingProperties(body as unknown as RoleBinding),
}

export const clusterRoleBindings: KindPresentation = {
  resource: `clusterrolebindings.${group}`,
  about:
    'A ClusterRoleBinding gives a ClusterRole to people, groups or service accounts everywhere.',
  properties: body => bindingProperties(body as unknown as RoleBinding),
}

export const serviceAccounts: KindPresentation = {
  resource: 'serviceaccounts',
  usedBy: 'Used by',
  about: 'A ServiceAccount is who a pod is when it talks to the API server.',
  properties: body => {
    const account = body as unknown as ServiceAccount
    const { namespace } = account.metadata
    const secret = ({ name = '' }: { name?: string }) => ({
      value: name,
      link: linkTo('Secret', name, namespace),
    })
    return [
      ...rows('Pulls images with', account.imagePullSecrets, secret),
      ...rows('Secrets', account.secrets, secret),
      { label: 'Token in pods', value: yesNo(account.automountServiceAccountToken ?? true) },
    ]
  },
}

/** Who may do what: verbs at the left, what they are for at the right. */
function rules(body: ObjectBody): PropertySection[] {
  const { rules: all } = body as unknown as Role
  return [{ title: 'Rules', properties: (all ?? []).map(ruleProperty) }]
}

function ruleProperty({
  verbs,
  resources = [],
  apiGroups = [],
  resourceNames = [],
  nonResourceURLs = [],
}: PolicyRule): Property {
  const groups = apiGroups.filter(Boolean).join(', ')
  const things = [...resources, ...nonResourceURLs].map(one => (one === '*' ? 'everything' : one))
  const text = [
    things.join(', '),
    groups && `in ${groups === '*' ? 'every group' : groups}`,
    resourceNames.length > 0 && `named ${resourceNames.join(', ')}`,
  ]
  return {
    label: verbs.includes('*') ? 'every verb' : verbs.join(', '),
    value: text.filter(Boolean).join(' '),
    wraps: true,
  }
}

function bindingProperties({ metadata, roleRef, subjects = [] }: RoleBinding): Property[] {
  const inNamespace = roleRef.kind === 'Role' ? metadata.namespace : undefined
  return [
    ...linkProperty('Role', roleRef.kind, roleRef.name, inNamespace),
    ...subjects.map(({ kind, name, namespace }, at) => {
      const label = at ? '' : 'Given to'
      const value = `${kind} ${namespace ? `${namespace}/` : ''}${name}`
      return kind === 'ServiceAccount'
        ? { label, value, link: linkTo(kind, name, namespace) }
        : { label, value }
    }),
  ]
}
