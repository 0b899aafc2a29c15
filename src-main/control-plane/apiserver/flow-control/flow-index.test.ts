import { describe, expect, test } from 'vitest'
import { bootstrapFlowSchemas } from '#control-plane/resources/shared/flow-control/bootstrap-flow-control.ts'
import type { FlowSchema, PolicyRulesWithSubjects } from '#kubernetes/api/flowcontrol-v1.ts'
import { parseRequestInfo } from '../request-info.ts'
import type { UserInfo } from '../server-request.ts'
import { FlowIndex, flowKey } from './flow-index.ts'
import { PriorityLevel } from './priority-level.ts'

const lender = { lends: () => true, claimed() {}, freed() {}, waits() {} }
const levelNames = new Set(
  bootstrapFlowSchemas.map(({ spec }) => spec.priorityLevelConfiguration.name),
)
const levels = new Map([...levelNames].map(name => [name, new PriorityLevel(name, lender)]))
const suggested: FlowSchema[] = bootstrapFlowSchemas.map(({ name, spec }) => ({
  metadata: { name, uid: `uid-of-${name}` },
  spec,
}))

const authenticated = ['system:authenticated']
const account = (namespace: string, name = 'default'): UserInfo => ({
  name: `system:serviceaccount:${namespace}:${name}`,
  groups: ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, ...authenticated],
})
const named = (name: string, ...groups: string[]): UserInfo => ({
  name,
  groups: [...groups, ...authenticated],
})
const asked = (path: string, method = 'GET') => {
  const [bare = '', query] = path.split('?')
  return parseRequestInfo(method, bare, new URLSearchParams(query))
}
const lease = '/apis/coordination.k8s.io/v1/namespaces/kube-system/leases/one'
const pods = '/api/v1/namespaces/default/pods'

test.each<[string, UserInfo, ReturnType<typeof asked>]>([
  ['exempt', named('admin', 'system:masters'), asked(pods, 'POST')],
  ['probes', { name: 'system:anonymous', groups: ['system:unauthenticated'] }, asked('/healthz')],
  ['probes', named('jane'), asked('/livez/etcd')],
  ['system-leader-election', named('system:kube-scheduler'), asked(lease, 'PUT')],
  ['system-leader-election', account('kube-system'), asked(lease)],
  [
    'system-node-high',
    named('system:node:a', 'system:nodes'),
    asked('/api/v1/nodes/a/status', 'PATCH'),
  ],
  ['system-nodes', named('system:node:a', 'system:nodes'), asked(`${pods}/a/status`, 'PATCH')],
  ['kube-scheduler', named('system:kube-scheduler'), asked('/api/v1/pods?watch=1')],
  ['kube-controller-manager', named('system:kube-controller-manager'), asked(lease, 'DELETE')],
  ['kube-system-service-accounts', account('kube-system'), asked(pods)],
  ['service-accounts', account('default'), asked(pods)],
  ['service-accounts', account('kube-system-not'), asked(pods)],
  ['global-default', named('jane'), asked('/version')],
  ['catch-all', { name: 'nobody', groups: [] }, asked(pods)],
])('a request of %s', (schema, user, info) => {
  const index = new FlowIndex(suggested, levels)
  for (const _again of [1, 2]) {
    expect(index.flowOf(user, info)).toMatchObject({
      schema: { metadata: { name: schema } },
      headers: { 'x-kubernetes-pf-flowschema-uid': `uid-of-${schema}` },
    })
  }
})

describe('a schema', () => {
  const everyone = [{ kind: 'Group', group: { name: '*' } }]
  const schemaOf = (
    name: string,
    matchingPrecedence: number,
    rules: Omit<PolicyRulesWithSubjects, 'subjects'>,
    level = 'system',
  ): FlowSchema => ({
    metadata: { name },
    spec: {
      matchingPrecedence,
      priorityLevelConfiguration: { name: level },
      rules: [{ subjects: everyone, ...rules }],
    },
  })
  const found = (schemas: FlowSchema[], path: string, method?: string) =>
    new FlowIndex([...suggested, ...schemas], levels).flowOf(named('jane'), asked(path, method))
      ?.schema.metadata.name
  const all = { verbs: ['*'], apiGroups: ['*'], resources: ['*'] }

  test('of the smaller precedence wins, then of the smaller name', () => {
    const rules = { resourceRules: [{ ...all, namespaces: ['*'] }] }
    expect(found([schemaOf('b', 7, rules), schemaOf('a', 8, rules)], pods)).toBe('b')
    expect(found([schemaOf('b', 8, rules), schemaOf('a', 8, rules)], pods)).toBe('a')
  })

  test('whose level does not exist matches nothing', () => {
    const rules = { resourceRules: [{ ...all, namespaces: ['*'] }] }
    expect(found([schemaOf('a', 7, rules, 'later')], pods)).toBe('global-default')
  })

  test('speaks of its namespaces, and of the cluster where it says so', () => {
    const here = [schemaOf('a', 7, { resourceRules: [{ ...all, namespaces: ['default'] }] })]
    expect(found(here, pods)).toBe('a')
    expect(found(here, '/api/v1/namespaces/other/pods')).toBe('global-default')
    expect(found(here, '/api/v1/pods')).toBe('global-default')
    const wide = [schemaOf('a', 7, { resourceRules: [{ ...all, clusterScope: true }] })]
    expect(found(wide, '/api/v1/pods')).toBe('a')
    expect(found(wide, pods)).toBe('global-default')
  })

  test('speaks of subresources by their name', () => {
    const rule = { ...all, resources: ['pods/status'], namespaces: ['*'] }
    const status = [schemaOf('a', 7, { resourceRules: [rule] })]
    expect(found(status, `${pods}/p/status`, 'PATCH')).toBe('a')
    expect(found(status, `${pods}/p`, 'PATCH')).toBe('global-default')
  })

  test('of every request is found for every one of them', () => {
    const rules = {
      resourceRules: [{ ...all, namespaces: ['*'], clusterScope: true }],
      nonResourceRules: [{ verbs: ['*'], nonResourceURLs: ['*'] }],
    }
    for (const path of [pods, '/api/v1/nodes', '/version', '/healthz'])
      expect(found([schemaOf('a', 1, rules), schemaOf('b', 2, rules)], path)).toBe('a')
  })
})

test('a user whose groups changed is looked at anew', () => {
  const index = new FlowIndex(suggested, levels)
  expect(index.flowOf(named('jane'), asked(pods))?.level.name).toBe('global-default')
  expect(index.flowOf(named('jane', 'system:masters'), asked(pods))?.level.name).toBe('exempt')
})

test('a flow is told apart by user or by namespace', () => {
  const index = new FlowIndex(suggested, levels)
  const keyOf = (user: UserInfo, path: string) => {
    const info = asked(path)
    const flow = index.flowOf(user, info)
    return flow && flowKey(flow, user, info)
  }
  expect(keyOf(named('jane'), pods)).toBe('global-default\njane')
  expect(keyOf(named('system:kube-scheduler'), pods)).toBe('kube-scheduler\ndefault')
})
