import type { Node, Taint } from '#kubernetes/api/core-v1.ts'
import { checkLabelValue, checkQualifiedName } from '#kubernetes/names.ts'
import { canonicalQuantity, isWhole, parseQuantity, quantityProblem } from '#kubernetes/quantity.ts'
import type { Quantity } from '#kubernetes/scalars.ts'
import type { FieldError } from '#kubernetes/status-error.ts'
import {
  duplicate,
  each,
  forbidden,
  invalid,
  isEqual,
  malformed,
  oneOf,
} from '../shared/field-errors.ts'
import { ipFamily, validateCidr } from '../shared/ip.ts'
import { isExtended } from '../shared/resource-names.ts'
import { validateNodeAnnotations } from './node-annotations.ts'

const effects = ['NoExecute', 'NoSchedule', 'PreferNoSchedule']

const isCounted = (name: string) => name === 'pods' || isExtended(name)

/** What is wrong with a node. */
export function validateNode(node: Node): FieldError[] {
  const { spec, status = {} } = node
  const cidrs = spec.podCIDRs ?? []
  const families = cidrs.map(cidr => ipFamily(cidr.split('/')[0] ?? ''))
  return [
    ...validateNodeAnnotations(node, validateTaints),
    ...validateTaints(spec.taints ?? [], 'metadata.taints'),
    ...validateAmounts(status.capacity, 'status.capacity'),
    ...validateAmounts(status.allocatable, 'status.allocatable'),
    ...each(cidrs, 'spec.podCIDRs', validateCidr),
    ...(cidrs.length > 1 && families[0] === families[1]
      ? [invalid('spec.podCIDRs', cidrs, 'may specify no more than one CIDR for each IP family')]
      : []),
  ]
}

/** What no update of a node may change. */
export function validateNodeUpdate({ spec, status }: Node, old: Node): FieldError[] {
  const seen = new Set<string>()
  const refuse = (field: string) =>
    forbidden(
      `spec.${field}`,
      `node updates may not change ${field.replace('CIDRs', 'CIDR')} except from "" to valid`,
    )
  return [
    ...each(status?.addresses, 'status.addresses', (address, path) => {
      const key = `${address.type}/${address.address}`
      const repeated = seen.has(key)
      seen.add(key)
      return repeated ? [duplicate(path, { Type: address.type, Address: address.address })] : []
    }),
    ...(old.spec.podCIDRs?.length && !isEqual(spec.podCIDRs, old.spec.podCIDRs)
      ? [refuse('podCIDRs')]
      : []),
    ...(old.spec.providerID && spec.providerID !== old.spec.providerID
      ? [refuse('providerID')]
      : []),
    ...(spec.externalID === old.spec.externalID
      ? []
      : [forbidden('spec.externalID', 'may not be updated')]),
  ]
}

function validateTaints(taints: Taint[], path: string): FieldError[] {
  const seen = new Set<string>()
  return each(taints, path, (taint, path) => {
    const { key = '', value = '', effect } = taint
    const id = `${key}/${effect}`
    const repeated = seen.has(id)
    seen.add(id)
    const problems = checkLabelValue(value)
    return [
      ...malformed(`${path}.key`, key, checkQualifiedName(key)),
      ...(problems.length > 0 ? [invalid(`${path}.value`, value, problems.join(';'))] : []),
      ...oneOf(`${path}.effect`, effect, effects),
      ...(repeated ? [duplicate(path, taintAsPrinted(taint))] : []),
    ]
  })
}

/** Upstream prints its own struct here. */
const taintAsPrinted = ({ key, value, effect, timeAdded }: Taint) => ({
  Key: key,
  Value: value ?? '',
  Effect: effect,
  TimeAdded: timeAdded ?? null,
})

const validateAmounts = (amounts: Record<string, Quantity> = {}, path: string): FieldError[] =>
  Object.entries(amounts).flatMap(([name, amount]) => {
    const field = `${path}.${name}`
    const problem = quantityProblem(String(amount))
    if (problem) return [invalid(field, amount, problem)]
    const nanos = parseQuantity(amount) ?? 0n
    const shown = canonicalQuantity(amount)
    return [
      ...(nanos < 0n ? [invalid(field, shown, 'must be greater than or equal to 0')] : []),
      ...(isCounted(name) && !isWhole(nanos) ? [invalid(field, shown, 'must be an integer')] : []),
    ]
  })
