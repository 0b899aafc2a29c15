import { describe, expect, test } from 'vitest'
import type { FactServer } from './fact-server.ts'
import { readTable } from './read-table.ts'
import type { Tally } from './tally.ts'

/** Holds `rbac-bootstrap.json` against the roles and bindings that a new cluster has. */
export function policyFacts(server: () => FactServer, tally: Tally): void {
  describe('a new cluster', () => {
    const entries = readTable('bootstrap-policy').map(({ resource = '', entry = '' }) => ({
      resource,
      entry: JSON.parse(entry) as PolicyFact,
    }))

    test.each([...Map.groupBy(entries, ({ resource }) => resource)])(
      'has the %s that it begins with, exactly',
      async (resource, own) => {
        const { items } = await server().api.get(
          `/apis/rbac.authorization.k8s.io/v1/${resource}?labelSelector=kubernetes.io/bootstrapping`,
        )
        const found = (items as PolicyObject[]).map(object => [keyOf(object.metadata), object])
        const expected = own.map(({ entry }) => [keyOf(entry), expectedObject(resource, entry)])
        expect(
          Object.fromEntries(found.map(([key, object]) => [key, observed(object as PolicyObject)])),
        ).toEqual(Object.fromEntries(expected))
        tally.count('bootstrap roles and bindings', own.length)
      },
    )
  })
}

interface PolicyFact {
  name: string
  namespace?: string
  rules?: object[]
  aggregationRule?: object
  extraLabels?: Record<string, string>
  roleRef?: object
  subjects?: { kind: string; name: string; namespace?: string }[]
}

interface PolicyObject {
  metadata: {
    name: string
    namespace?: string
    labels: Record<string, string>
    annotations: Record<string, string>
  }
  rules?: object[] | null
}

const keyOf = ({ namespace = '', name }: { namespace?: string; name: string }) =>
  `${namespace}/${name}`

const group = 'rbac.authorization.k8s.io'

function expectedObject(resource: string, fact: PolicyFact): object {
  const { extraLabels, aggregationRule, rules, roleRef, subjects } = fact
  return {
    labels: { 'kubernetes.io/bootstrapping': 'rbac-defaults', ...extraLabels },
    annotations: { 'rbac.authorization.kubernetes.io/autoupdate': 'true' },
    ...(resource.endsWith('roles') ? { rules: rules?.length ? rules : null } : {}),
    ...(aggregationRule ? { aggregationRule } : {}),
    ...(roleRef ? { roleRef: { apiGroup: group, ...roleRef } } : {}),
    ...(subjects?.length ? { subjects: subjects.map(subjectOf) } : {}),
  }
}

const subjectOf = (subject: { kind: string; name: string; namespace?: string }) =>
  subject.kind === 'ServiceAccount' ? subject : { ...subject, apiGroup: group }

function observed({ metadata: { labels, annotations }, ...object }: PolicyObject): object {
  const { apiVersion: _, kind: __, ...rest } = object as Record<string, unknown>
  return { labels, annotations, ...rest }
}
