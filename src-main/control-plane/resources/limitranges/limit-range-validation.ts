import type { LimitRange, LimitRangeItem } from '#kubernetes/api/core-v1.ts'
import { checkQualifiedName } from '#kubernetes/names.ts'
import {
  canonicalQuantity,
  compareQuantities,
  parseQuantity,
  quantityProblem,
} from '#kubernetes/quantity.ts'
import type { FieldError } from '#kubernetes/status-error.ts'
import { duplicate, each, forbidden, invalid, malformed, required } from '../shared/field-errors.ts'
import {
  isHugePages,
  validateContainerResourceName,
  validateResourceName,
} from '../shared/resource-names.ts'

const types = ['Pod', 'Container', 'PersistentVolumeClaim']
const lists = ['max', 'min', 'default', 'defaultRequest', 'maxLimitRequestRatio'] as const
type List = (typeof lists)[number]

/** Which of two amounts must not be the larger one; `at` is the field that is refused. */
const orders: { less: List; more: List; at: List; lessText: string; moreText: string }[] = [
  { less: 'min', more: 'max', at: 'min', lessText: 'min', moreText: 'max' },
  {
    less: 'min',
    more: 'defaultRequest',
    at: 'defaultRequest',
    lessText: 'min',
    moreText: 'default request',
  },
  {
    less: 'defaultRequest',
    more: 'max',
    at: 'defaultRequest',
    lessText: 'default request',
    moreText: 'max',
  },
  {
    less: 'defaultRequest',
    more: 'default',
    at: 'defaultRequest',
    lessText: 'default request',
    moreText: 'default limit',
  },
  { less: 'min', more: 'default', at: 'default', lessText: 'min', moreText: 'default' },
  { less: 'default', more: 'max', at: 'default', lessText: 'default', moreText: 'max' },
]

/** What is wrong with a LimitRange. */
export function validateLimitRange({ spec }: LimitRange): FieldError[] {
  const named = (spec.limits ?? []).map(({ type }) => type)
  return each(spec.limits, 'spec.limits', (item, path, index) => [
    ...validateType(item.type ?? '', `${path}.type`),
    ...(named.indexOf(item.type) < index ? [duplicate(`${path}.type`, item.type)] : []),
    ...validateLists(item, path),
    ...(item.type === 'PersistentVolumeClaim' && !item.min?.['storage'] && !item.max?.['storage']
      ? [
          required(
            `${path}.limits`,
            'either minimum or maximum storage value is required, but neither was provided',
          ),
        ]
      : []),
  ])
}

function validateType(type: string, path: string): FieldError[] {
  const problems = malformed(path, type, checkQualifiedName(type))
  return problems.length > 0 || type.includes('/') || types.includes(type)
    ? problems
    : [invalid(path, type, 'must be a standard limit type or fully qualified')]
}

function validateLists(item: LimitRangeItem, path: string): FieldError[] {
  const onPods = item.type === 'Pod'
  const checkName =
    onPods || item.type === 'Container' ? validateContainerResourceName : validateResourceName
  const problems = lists.flatMap(list => {
    const amounts = item[list] ?? {}
    if (onPods && list.startsWith('default')) {
      return Object.keys(amounts).length > 0
        ? [forbidden(`${path}.${list}`, "may not be specified when `type` is 'Pod'")]
        : []
    }
    return Object.entries(amounts).flatMap(([name, amount]) => {
      const at = `${path}.${list}[${name}]`
      const unreadable = quantityProblem(String(amount))
      return [...checkName(name, at), ...(unreadable ? [invalid(at, amount, unreadable)] : [])]
    })
  })
  if (problems.length > 0) return problems
  const names = new Set(lists.flatMap(list => Object.keys(item[list] ?? {})))
  return [...names]
    .sort()
    .flatMap(name => [
      ...validateOrder(item, name, path),
      ...validateOvercommit(item, name, path),
      ...validateRatio(item, name, path),
    ])
}

const validateOrder = (item: LimitRangeItem, name: string, path: string): FieldError[] =>
  orders.flatMap(({ less, more, at, lessText, moreText }) => {
    const low = item[less]?.[name]
    const high = item[more]?.[name]
    if (low === undefined || high === undefined || compareQuantities(low, high) <= 0) return []
    const detail = `${lessText} value ${canonicalQuantity(low)} is greater than ${moreText} value ${canonicalQuantity(high)}`
    return [invalid(`${path}.${at}[${name}]`, canonicalQuantity(item[at]?.[name] ?? low), detail)]
  })

/** Huge pages can't be promised twice: what is asked for by default is what is allowed by default. */
function validateOvercommit(item: LimitRangeItem, name: string, path: string): FieldError[] {
  const limit = item.default?.[name]
  const request = item.defaultRequest?.[name]
  if (!isHugePages(name) || limit === undefined || request === undefined) return []
  return compareQuantities(limit, request) === 0
    ? []
    : [
        invalid(
          `${path}.defaultRequest[${name}]`,
          canonicalQuantity(request),
          `default value ${canonicalQuantity(limit)} must equal to defaultRequest value ${canonicalQuantity(request)} in ${name}`,
        ),
      ]
}

function validateRatio(item: LimitRangeItem, name: string, path: string): FieldError[] {
  const ratio = item.maxLimitRequestRatio?.[name]
  if (ratio === undefined) return []
  const at = `${path}.maxLimitRequestRatio[${name}]`
  const shown = canonicalQuantity(ratio)
  const tooSmall =
    compareQuantities(ratio, '1') < 0 ? [invalid(at, shown, `ratio ${shown} is less than 1`)] : []
  const min = item.min?.[name]
  const max = item.max?.[name]
  if (min === undefined || max === undefined) return tooSmall
  const most = numberOf(max) / numberOf(min)
  return numberOf(ratio) > most
    ? [
        ...tooSmall,
        invalid(at, shown, `ratio ${shown} is greater than max/min = ${most.toFixed(6)}`),
      ]
    : tooSmall
}

const numberOf = (quantity: string): number => Number(parseQuantity(quantity)) / 1e9
