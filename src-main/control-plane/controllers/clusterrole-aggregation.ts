import { clusterRoles } from '#client/resource-types.ts'
import type { ClusterRole, PolicyRule } from '#kubernetes/api/rbac-v1.ts'
import { semanticEqual } from '#kubernetes/deep-equal.ts'
import { keyOf, type Stored } from '#kubernetes/objects.ts'
import { matchesLabelSelector } from '#kubernetes/selectors/match-label-selector.ts'
import { defineController } from './define-controller.ts'

/** Fills each ClusterRole that has an `aggregationRule` with the rules of the roles it selects. */
export const clusterRoleAggregationController = defineController({
  name: 'clusterrole-aggregation-controller',
  for: clusterRoles,
  start: ({ client, informer, queue, on }) => {
    const wakeAggregating = () => {
      for (const role of informer.list()) if (role.aggregationRule) queue.add(keyOf(role))
    }
    on(informer, {
      added: role => role.metadata.labels && wakeAggregating(),
      updated: wakeAggregating,
      deleted: wakeAggregating,
    })
    return async key => {
      const role = informer.get(key)
      if (!role?.aggregationRule) return undefined
      const rules = aggregatedRules(role, informer.list())
      if (semanticEqual(role.rules, rules)) return undefined
      await client.patch(
        clusterRoles,
        role.metadata,
        {
          apiVersion: 'rbac.authorization.k8s.io/v1',
          kind: 'ClusterRole',
          metadata: { name: role.metadata.name },
          rules,
        },
        { type: 'apply', fieldManager: 'clusterrole-aggregation-controller', force: true },
      )
      return undefined
    }
  },
})

/** The rules of every selected role, by the roles' names, each rule once. */
function aggregatedRules(role: Stored<ClusterRole>, all: Stored<ClusterRole>[]): PolicyRule[] {
  const rules: PolicyRule[] = []
  for (const selector of role.aggregationRule?.clusterRoleSelectors ?? []) {
    const selected = all
      .filter(other => other.metadata.name !== role.metadata.name)
      .filter(other => matchesLabelSelector(selector, other.metadata.labels))
      .sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1))
    for (const rule of selected.flatMap(other => other.rules ?? [])) {
      if (!rules.some(known => semanticEqual(known, rule))) rules.push(rule)
    }
  }
  return rules
}
