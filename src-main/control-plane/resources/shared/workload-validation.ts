import type { ReplicaSetStatus } from '#kubernetes/api/apps-v1.ts'
import type { PodTemplateSpec } from '#kubernetes/api/core-v1.ts'
import type { LabelSelector } from '#kubernetes/api/meta-v1.ts'
import { type LabelMatcher, labelSelectorOf } from '#kubernetes/selectors/label-selector.ts'
import type { FieldError } from '#kubernetes/status-error.ts'
import { asPrinted, sortedByName } from './as-printed.ts'
import {
  forbidden,
  immutable,
  invalid,
  isEqual,
  malformed,
  nonNegative,
  notSupported,
  required,
} from './field-errors.ts'
import { checkPercentage } from './formats.ts'
import { validateLabelSelector } from './label-selector.ts'
import { validatePodTemplate } from './pod-spec/validate-pod-spec.ts'

/** What a workload selects stays. */
export const immutableSelector = (
  selector: LabelSelector | undefined,
  old: LabelSelector | undefined,
): FieldError[] =>
  immutable('spec.selector', selector, old, asPrinted('meta.k8s.io/v1', 'LabelSelector', selector))

/** The selector must be there, be readable and select something. */
export function validateWorkloadSelector(
  selector: LabelSelector | undefined,
  kind: string,
): FieldError[] {
  const path = 'spec.selector'
  if (!selector) return [required(path)]
  return [
    ...validateLabelSelector(selector, path),
    ...(isReadable(selector) ? [] : [invalid(path, selector, 'invalid label selector')]),
    ...(isEqual(selector, {})
      ? [invalid(path, selector, `empty selector is invalid for ${kind}`)]
      : []),
  ]
}

/** Pods made from the template must be those that the selector finds, and must live on; `kind` is named in refusals. */
export function validateWorkloadTemplate(
  template: PodTemplateSpec | undefined,
  selector: LabelSelector | undefined,
  kind = 'ReplicaSet',
): FieldError[] {
  if (!template) return [required(templatePath)]
  if (selector && !isReadable(selector)) return []
  const selectsAll = selector && isEqual(selector, {})
  return validateReplicaTemplate(template, selectsAll ? anything : labelSelectorOf(selector), kind)
}

/** Like `validateWorkloadTemplate`, with a selector that was read before. */
export function validateReplicaTemplate(
  template: PodTemplateSpec | undefined,
  selector: Pick<LabelMatcher, 'matches'>,
  kind: string,
): FieldError[] {
  if (!template) return [required(templatePath)]
  const labels = template.metadata?.labels ?? {}
  const { restartPolicy, activeDeadlineSeconds } = template.spec ?? {}
  return [
    ...(selector.matches(labels)
      ? []
      : [
          invalid(
            `${templatePath}.metadata.labels`,
            sortedByName(labels),
            '`selector` does not match template `labels`',
          ),
        ]),
    ...validatePodTemplate(template, templatePath),
    ...(restartPolicy === 'Always'
      ? []
      : [notSupported(`${templatePath}.spec.restartPolicy`, restartPolicy ?? '', ['Always'])]),
    ...(activeDeadlineSeconds === undefined
      ? []
      : [
          forbidden(
            `${templatePath}.spec.activeDeadlineSeconds`,
            `activeDeadlineSeconds in ${kind} is not Supported`,
          ),
        ]),
  ]
}

const templatePath = 'spec.template'
const anything = { matches: () => true }

function isReadable(selector: LabelSelector): boolean {
  try {
    labelSelectorOf(selector)
    return true
  } catch {
    return false
  }
}

/** A number of pods, or a percentage of them. */
export function validateAmount(amount: number | string | undefined, path: string): FieldError[] {
  return typeof amount === 'string'
    ? malformed(path, amount, checkPercentage(amount))
    : nonNegative(path, amount)
}

/** The number behind an amount, in pods or in percent; 0 when it is neither. */
export const amountValue = (amount: number | string | undefined): number =>
  typeof amount === 'number' ? amount : Number.parseInt(amount ?? '0', 10) || 0

/** Like `validateAmount`, and of a percentage no more than everything. */
export const validateShare = (amount: number | string, path: string): FieldError[] => [
  ...validateAmount(amount, path),
  ...(typeof amount === 'string' && amountValue(amount) > 100
    ? [invalid(path, amount, 'must not be greater than 100%')]
    : []),
]

/** How often a name was taken only ever grows. */
export const validateCollisionCount = (
  count: number | undefined,
  before: number | undefined,
): FieldError[] => [
  ...nonNegative('status.collisionCount', count),
  ...(before !== undefined && (count ?? -1) < before
    ? [invalid('status.collisionCount', count, 'cannot be decremented')]
    : []),
]

/** What is wrong with the status of a ReplicaSet or a ReplicationController. */
export const validateReplicaStatus = (status: ReplicaSetStatus = { replicas: 0 }): FieldError[] => [
  ...validateCounts(status, [
    { count: 'replicas' },
    { count: 'fullyLabeledReplicas', atMost: 'replicas' },
    { count: 'readyReplicas', atMost: 'replicas' },
    { count: 'availableReplicas', atMost: 'replicas' },
    { count: 'availableReplicas', atMost: 'readyReplicas', detail: 'readyReplicas' },
    { count: 'terminatingReplicas' },
  ]),
  ...nonNegative('status.observedGeneration', status.observedGeneration),
]

/** Counts of pods in a status: none negative, none above the count they are a part of. */
export function validateCounts<K extends string>(
  status: Partial<Record<K, number>>,
  parts: { count: K; atMost?: K; detail?: string }[],
): FieldError[] {
  const counts: Partial<Record<string, number>> = status
  const numberOf = (name: string): number => counts[name] ?? 0
  return [
    ...[...new Set(parts.map(({ count }) => count))].flatMap(count =>
      nonNegative(`status.${count}`, numberOf(count)),
    ),
    ...parts.flatMap(({ count, atMost, detail = `status.${atMost}` }) =>
      atMost && numberOf(count) > numberOf(atMost)
        ? [invalid(`status.${count}`, numberOf(count), `cannot be greater than ${detail}`)]
        : [],
    ),
  ]
}
