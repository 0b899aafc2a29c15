export { declaredType } from '#kubernetes/cel/schema/declared-type.ts'
export { checkRules } from './check-rules.ts'
export { compileRule, maxCost, maxOccurrences } from './compile-rule.ts'
export { ruleTree } from './rule-tree.ts'
