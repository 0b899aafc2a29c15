import type { AggregationRule, PolicyRule, Subject } from '#kubernetes/api/rbac-v1.ts'

/** A role that every cluster begins with; cluster-wide unless it names a namespace. */
export interface PolicyRole {
  name: string
  namespace?: string
  rules: readonly PolicyRule[]
  aggregationRule?: AggregationRule
  labels?: Record<string, string>
}

export interface PolicyBinding {
  name: string
  namespace?: string
  /** Kind and name, such as `ClusterRole/view`. */
  role: string
  subjects: readonly Subject[]
}
