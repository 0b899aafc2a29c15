import { describe, expect, test } from 'vitest'
import type { ClusterRole, PolicyRule, RoleBinding, Subject } from '#kubernetes/api/rbac-v1.ts'
import { clusterRoleBindings } from '../clusterrolebindings.ts'
import { clusterRoles } from '../clusterroles.ts'
import { roleBindings } from '../rolebindings.ts'
import { roles } from '../roles.ts'
import { created, failuresOf, updateFailuresOf } from './testing.ts'

const group = 'rbac.authorization.k8s.io'
const binding = (
  subjects: Subject[],
  roleRef: Partial<RoleBinding['roleRef']> = {},
): RoleBinding => ({
  metadata: { name: 'system:bind', namespace: 'default' },
  subjects,
  roleRef: { apiGroup: '', kind: 'ClusterRole', name: 'view', ...roleRef },
})
const role = (rule: PolicyRule) => ({
  metadata: { name: 'r', namespace: 'default' },
  rules: [rule],
})
const reading: PolicyRule = { verbs: ['get'], apiGroups: [''], resources: ['pods'] }

describe('a binding', () => {
  test('has its groups filled', () => {
    const subjects = [
      { kind: 'User', name: 'jo' },
      { kind: 'ServiceAccount', name: 'robot', namespace: 'x' },
    ]
    expect(created(roleBindings, binding(subjects))).toMatchObject({
      roleRef: { apiGroup: group },
      subjects: [{ apiGroup: group }, { kind: 'ServiceAccount', name: 'robot', namespace: 'x' }],
    })
  })

  test.each<[string, RoleBinding, string]>([
    [
      'an unknown role kind',
      binding([], { kind: 'X' }),
      'roleRef.kind: Unsupported value: "X": supported values: "ClusterRole", "Role"',
    ],
    [
      'a role of another group',
      binding([], { apiGroup: 'x' }),
      `roleRef.apiGroup: Unsupported value: "x": supported values: "${group}"`,
    ],
    ['no role', binding([], { name: '' }), 'roleRef.name: Required value'],
    [
      'a role that is a path',
      binding([], { name: 'a/b' }),
      `roleRef.name: Invalid value: "a/b": may not contain '/'`,
    ],
    [
      'a nameless subject',
      binding([{ kind: 'User', name: '' }]),
      'subjects[0].name: Required value',
    ],
    [
      'an unknown subject',
      binding([{ kind: 'X', name: 'a' }]),
      'subjects[0].kind: Unsupported value: "X": supported values: "Group", "ServiceAccount", "User"',
    ],
    [
      'a user of another group',
      binding([{ kind: 'User', apiGroup: 'x', name: 'a' }]),
      `subjects[0].apiGroup: Unsupported value: "x": supported values: "${group}"`,
    ],
    [
      'an account of a group',
      binding([{ kind: 'ServiceAccount', apiGroup: 'x', name: 'a', namespace: 'b' }]),
      'subjects[0].apiGroup: Unsupported value: "x": supported values: ""',
    ],
  ])('with %s is refused', (_what, object, error) => {
    expect(failuresOf(roleBindings, object)).toEqual([error])
  })

  test('keeps its role', () => {
    const change = ({ roleRef }: RoleBinding) => {
      roleRef.name = 'edit'
    }
    expect(updateFailuresOf(roleBindings, binding([]), change)).toEqual([
      `roleRef: Invalid value: {"APIGroup":"${group}","Kind":"ClusterRole","Name":"edit"}: cannot change roleRef`,
    ])
  })

  test('of the cluster names cluster roles and whole accounts only', () => {
    const object = binding([{ kind: 'ServiceAccount', name: 'a' }], { kind: 'Role' })
    delete object.metadata.namespace
    expect(failuresOf(clusterRoleBindings, object)).toEqual([
      'roleRef.kind: Unsupported value: "Role": supported values: "ClusterRole"',
      'subjects[0].namespace: Required value',
    ])
  })

  test('shows its role and whom it binds', () => {
    const subjects = [
      { kind: 'User', name: 'jo' },
      { kind: 'User', name: 'al' },
      { kind: 'ServiceAccount', name: 'robot', namespace: 'x' },
    ]
    const cells = roleBindings.columns.map(({ value }) => value(binding(subjects), 0))
    expect(cells).toEqual(['system:bind', 'ClusterRole/view', '<unknown>', 'jo, al', '', 'x/robot'])
  })
})

describe('a role', () => {
  test.each<[string, PolicyRule, string]>([
    [
      'no verbs',
      { ...reading, verbs: [] },
      'rules[0].verbs: Required value: verbs must contain at least one value',
    ],
    [
      'no groups',
      { ...reading, apiGroups: [] },
      'rules[0].apiGroups: Required value: resource rules must supply at least one api group',
    ],
    [
      'no resources',
      { ...reading, resources: [] },
      'rules[0].resources: Required value: resource rules must supply at least one resource',
    ],
    [
      'paths',
      { verbs: ['get'], nonResourceURLs: ['/x'] },
      'rules[0].nonResourceURLs: Invalid value: ["/x"]: namespaced rules cannot apply to non-resource URLs',
    ],
  ])('with %s is refused', (_what, rule, error) => {
    expect(failuresOf(roles, role(rule))).toEqual([error])
  })

  test('of the cluster may name paths, but not along with resources', () => {
    const clusterRole = (rule: PolicyRule): ClusterRole => ({
      metadata: { name: 'r' },
      rules: [rule],
    })
    const paths = { verbs: ['get'], nonResourceURLs: ['/x'] }
    expect(failuresOf(clusterRoles, clusterRole(paths))).toEqual([])
    expect(failuresOf(clusterRoles, clusterRole({ ...reading, ...paths }))).toEqual([
      'rules[0].nonResourceURLs: Invalid value: ["/x"]: rules cannot apply to both regular resources and non-resource URLs',
    ])
  })

  test('that collects others says which', () => {
    const object: ClusterRole = { metadata: { name: 'r' }, aggregationRule: {} }
    expect(failuresOf(clusterRoles, object)).toEqual([
      'aggregationRule.clusterRoleSelectors: Required value: at least one clusterRoleSelector required if aggregationRule is non-nil',
    ])
  })
})
