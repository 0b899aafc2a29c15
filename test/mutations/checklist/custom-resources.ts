import type { Exceptions, FaultsByFile } from './assertion-fault.ts'

const server = 'src-main/control-plane/apiserver'
const resources = 'src-main/control-plane/resources'
const custom = `${resources}/shared/custom-resource`

/** Section 12: definitions, their objects, and rules. */
export const faults: FaultsByFile = {
  [`${server}/custom-resources/crd-conditions.ts`]: [
    ['12.1.a', "setOrDrop(names, 'categories', wanted.categories)", ''],
    ['12.1.b', 'if (clashes.length) {', 'if (clashes.length > 1) {'],
  ],
  [`${server}/custom-resources/custom-kinds.ts`]: [
    ['12.1.k', 'if (!names.has(name)) this.#stopServing(name)', 'void name'],
    ['12.1.c', 'if (left > 0) {', 'if (left < 0) {'],
    [
      '12.1.d',
      'if (caches.has(stored)) caches.redefine(stored)',
      'if (caches.has(stored)) void stored',
    ],
    [
      '12.1.f',
      "if (isCondition(accepted, 'Established'))",
      "if (status !== crd.status && isCondition(accepted, 'Established'))",
    ],
  ],
  [`${custom}/custom-resource.ts`]: [
    ['12.2.n', 'fillDefaults(copy, schema)', ''],
    ['12.2.h', 'customColumns(version.additionalPrinterColumns)', 'customColumns(undefined)'],
  ],
  [`${server}/cache/cached-object.ts`]: [
    [
      '12.1.e',
      'if (definition === this.definition || !definition.storedAs) return this',
      'if (definition) return this',
    ],
  ],
  [`${custom}/type-of-schema.ts`]: [['12.2.k', 'listType ? { listType } : {}', '{}']],
  [`${custom}/embedded-resources.ts`]: [['12.2.l', "[missing(at('kind'))]", '[]']],
  [`${resources}/customresourcedefinitions/validate-definition.ts`]: [
    ['12.1.h', 'names.includes(name)', 'names.length'],
    ['12.1.i', "...immutable('spec.scope', spec.scope, old.spec.scope),", ''],
  ],
  [`${resources}/customresourcedefinitions/validate-structure.ts`]: [
    ['12.1.j', 'return [required(field, `must not be empty ${where[level]}`)]', 'return []'],
  ],
  [`${custom}/prune.ts`]: [
    ['12.2.a', 'delete value[name]', ''],
    ['12.2.b', "schema?.['x-kubernetes-preserve-unknown-fields'] === true", 'schema === undefined'],
  ],
  [`${server}/handlers/decode-object.ts`]: [
    [
      '12.2.m',
      "if (validation === 'Strict') throw",
      "if (validation === 'Strict' && !expected.custom) throw",
    ],
  ],
  [`${server}/handlers/selection.ts`]: [
    ['12.2.j', 'definition.selectableFields?.[field]?.(object)', 'object.metadata.labels?.[field]'],
  ],
  [`${custom}/fill-defaults.ts`]: [
    ['12.2.c', 'value[name] === null && !member.nullable', 'value[name] === null && !member'],
  ],
  [`${custom}/scalar-errors.ts`]: [
    [
      '12.2.d',
      'exclusiveMaximum ? value >= maximum : value > maximum',
      'exclusiveMaximum ? value >= maximum : value > maximum + 1',
    ],
  ],
  [`${custom}/validate-value.ts`]: [
    ['12.2.e', '.filter(name => !Object.hasOwn(value, name))', '.filter(() => false)'],
    ['12.2.f', "if (type !== 'set' && type !== 'map') return []", 'return []'],
    ['12.2.g', 'if (place.old !== undefined && deepEqual(value, place.old)) return result', ''],
  ],
  [`${custom}/rules/check-rules.ts`]: [
    ['12.3.a 12.3.k', 'else if (value !== true)', 'else if (value === undefined)'],
    ['12.3.c', 'this.#list(tree, value, path, correlation)', 'return'],
    ['12.3.d', 'hasOld ? schemaValue(correlation.old, tree.declared) : undefined', 'self'],
    ['12.3.f', 'usesOldSelf && !hasOld && !rule.optionalOldSelf', 'usesOldSelf && !hasOld'],
    ['12.3.g', 'if (!usesOldSelf && correlation.isUnchanged)', 'if (!correlation)'],
  ],
  [`${custom}/rules/rule-errors.ts`]: [
    [
      '12.3.b',
      'rule.fieldPath ? joined(at.field, normalFieldPath(rule.fieldPath)) : at.field',
      'at.field',
    ],
  ],
  [`${custom}/rules/compile-rule.ts`]: [
    ['12.3.j', "if (program.type.kind !== 'bool')", 'if (!program.type)'],
  ],
  [`${custom}/custom-scale.ts`]: [
    ['12.2.i', 'setValueAt(object, wanted, replicas)', 'setValueAt(object, actual, replicas)'],
  ],
  [`${custom}/rules/correlation.ts`]: [['12.3.e', 'isKept ? find(item) : undefined', 'undefined']],
  [`${resources}/customresourcedefinitions/validate-rules.ts`]: [
    ['12.3.h', 'cost > expressionLimit ? [forbidden', 'cost < 0 ? [forbidden'],
  ],
  'src-main/kubernetes/cel/cost/limits.ts': [
    ['12.3.i', 'perCallLimit = 1_000_000', 'perCallLimit = 100_000_000'],
  ],
}

export const exceptions: Exceptions = {}
