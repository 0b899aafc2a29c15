import type { PodSpec, Toleration, TopologySpreadConstraint } from '#kubernetes/api/core-v1.ts'
import { checkLabelValue, checkQualifiedName } from '#kubernetes/names.ts'
import type { FieldError } from '#kubernetes/status-error.ts'
import { asPrinted } from '../as-printed.ts'
import {
  duplicate,
  each,
  invalid,
  malformed,
  notSupported,
  oneOf,
  optionalForm,
  optionalOneOf,
  required,
} from '../field-errors.ts'
import { validateLabelSelector } from '../label-selector.ts'
import { validateAffinity } from './validate-affinity.ts'
import { validateLabelKeys } from './validate-label-keys.ts'

const effects = ['NoExecute', 'NoSchedule', 'PreferNoSchedule']
const honoring = ['Honor', 'Ignore']

/** What is wrong with what the scheduler reads. */
export const validateScheduling = (spec: PodSpec, path: string): FieldError[] => [
  ...validateAffinity(spec.affinity, `${path}.affinity`),
  ...validateGates(spec, `${path}.schedulingGates`),
  ...validateTolerations(spec.tolerations, `${path}.tolerations`),
  ...validateSpread(spec.topologySpreadConstraints, `${path}.topologySpreadConstraints`),
]

function validateGates({ schedulingGates }: PodSpec, path: string): FieldError[] {
  const seen = new Set<string>()
  return each(schedulingGates, path, ({ name }, path) => {
    const repeated = seen.has(name)
    seen.add(name)
    return [
      ...malformed(path, name, checkQualifiedName(name)),
      ...(repeated ? [duplicate(path, name)] : []),
    ]
  })
}

/** What is wrong with the taints that a pod bears. */
export const validateTolerations = (
  tolerations: Toleration[] | undefined,
  path: string,
): FieldError[] =>
  each(tolerations, path, (toleration, path) => {
    const { key, operator, effect, tolerationSeconds } = toleration
    return [
      ...optionalForm(`${path}.key`, key, checkQualifiedName),
      ...(!key && operator !== 'Exists'
        ? [
            invalid(
              `${path}.operator`,
              operator ?? '',
              'operator must be Exists when `key` is empty, which means "match all values and all keys"',
            ),
          ]
        : []),
      ...(tolerationSeconds !== undefined && effect !== 'NoExecute'
        ? [
            invalid(
              `${path}.effect`,
              effect ?? '',
              "effect must be 'NoExecute' when `tolerationSeconds` is set",
            ),
          ]
        : []),
      ...validateTolerationValue(toleration, path),
      ...(effect ? oneOf(`${path}.effect`, effect, effects) : []),
    ]
  })

function validateTolerationValue(toleration: Toleration, path: string): FieldError[] {
  const { operator, value = '' } = toleration
  switch (operator) {
    case undefined:
    case 'Equal': {
      const problems = checkLabelValue(value)
      return problems.length > 0 ? [invalid(`${path}.operator`, value, problems.join(';'))] : []
    }
    case 'Exists':
      return value
        ? [
            invalid(
              `${path}.operator`,
              asPrinted('v1', 'Toleration', toleration),
              "value must be empty when `operator` is 'Exists'",
            ),
          ]
        : []
    default:
      return [notSupported(`${path}.operator`, operator, ['Equal', 'Exists'])]
  }
}

function validateSpread(
  constraints: TopologySpreadConstraint[] | undefined,
  path: string,
): FieldError[] {
  const seen = new Set<string>()
  return each(constraints, path, (constraint, path) => {
    const { topologyKey, whenUnsatisfiable, labelSelector, minDomains, maxSkew } = constraint
    const pair = `{${topologyKey}, ${whenUnsatisfiable}}`
    const repeated = seen.has(pair)
    seen.add(pair)
    return [
      ...(maxSkew > 0
        ? []
        : [invalid(`${path}.maxSkew`, maxSkew ?? 0, 'must be greater than zero')]),
      ...(topologyKey ? [] : [required(`${path}.topologyKey`, 'can not be empty')]),
      ...oneOf(`${path}.whenUnsatisfiable`, whenUnsatisfiable, ['DoNotSchedule', 'ScheduleAnyway']),
      ...(repeated ? [duplicate(`${path}.{topologyKey, whenUnsatisfiable}`, pair)] : []),
      ...validateMinDomains(minDomains, whenUnsatisfiable, `${path}.minDomains`),
      ...optionalOneOf(`${path}.nodeAffinityPolicy`, constraint.nodeAffinityPolicy, honoring),
      ...optionalOneOf(`${path}.nodeTaintsPolicy`, constraint.nodeTaintsPolicy, honoring),
      ...validateLabelKeys(constraint, path),
      ...validateLabelSelector(labelSelector, `${path}.labelSelector`),
    ]
  })
}

function validateMinDomains(
  minDomains: number | undefined,
  action: string,
  path: string,
): FieldError[] {
  if (minDomains === undefined) return []
  return [
    ...(minDomains > 0 ? [] : [invalid(path, minDomains, 'must be greater than zero')]),
    ...(action === 'DoNotSchedule'
      ? []
      : [
          invalid(
            path,
            minDomains,
            `can only use minDomains if whenUnsatisfiable=DoNotSchedule, not ${action}`,
          ),
        ]),
  ]
}
