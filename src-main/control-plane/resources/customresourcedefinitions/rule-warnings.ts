import type { CustomResourceDefinition } from '#kubernetes/api/apiextensions-v1.ts'
import { schemasWithin } from './schema-walk.ts'

/** Says of each version with validation rules that they are not enforced. */
export function ruleWarnings({ spec }: CustomResourceDefinition): string[] {
  return (spec.versions ?? []).flatMap(({ name, schema }) => {
    const root = schema?.openAPIV3Schema
    const hasRules =
      root && schemasWithin(root).some(one => one['x-kubernetes-validations']?.length)
    return hasRules
      ? [`version ${name}: rules in x-kubernetes-validations are kept, but not enforced yet`]
      : []
  })
}
