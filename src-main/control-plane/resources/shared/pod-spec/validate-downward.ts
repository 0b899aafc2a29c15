import type { ObjectFieldSelector, ResourceFieldSelector } from '#kubernetes/api/core-v1.ts'
import { checkQualifiedName } from '#kubernetes/names.ts'
import { canonicalQuantity, quantityProblem } from '#kubernetes/quantity.ts'
import type { FieldError } from '#kubernetes/status-error.ts'
import { invalid, malformed, notSupported, required, requiredText } from '../field-errors.ts'

/** Fields that the downward API can name at all, allowed at this place or not. */
const knownFields = [
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
  'spec.nodeName',
  'spec.serviceAccountName',
  'status.hostIP',
  'status.hostIPs',
  'status.podIP',
  'status.podIPs',
  'metadata.annotations',
  'metadata.labels',
  'spec.host',
  'spec.restartPolicy',
  'spec.schedulerName',
  'status.phase',
]
const containerResources = ['cpu', 'memory', 'ephemeral-storage'].flatMap(name => [
  `limits.${name}`,
  `requests.${name}`,
])
const binaryDivisors = '1, 1k, 1M, 1G, 1T, 1P, 1E, 1Ki, 1Mi, 1Gi, 1Ti, 1Pi, 1Ei'
const divisors: [resource: RegExp, values: string, name: string][] = [
  [/[.]cpu$/, '1m, 1', 'cpu'],
  [/[.]memory$/, binaryDivisors, 'memory'],
  [/[.]ephemeral-storage$/, binaryDivisors, 'local ephemeral storage'],
  [/[.]hugepages-/, binaryDivisors, 'hugepages'],
]

/** What is wrong with a reference to a field of the pod; `allowed` are the fields that this place may name. */
export function validateFieldRef(
  { apiVersion, fieldPath }: ObjectFieldSelector,
  path: string,
  allowed: readonly string[],
): FieldError[] {
  if (!apiVersion) return [required(`${path}.apiVersion`)]
  if (!fieldPath) return [required(`${path}.fieldPath`)]
  const [, subscripted, subscript = ''] = /^(.+)\['(.*)'\]$/.exec(fieldPath) ?? []
  const field = subscripted ?? fieldPath
  if (apiVersion !== 'v1' || !knownFields.includes(field)) {
    const reason =
      apiVersion === 'v1'
        ? `field label not supported: ${fieldPath}`
        : `unsupported pod version: ${apiVersion}`
    return [invalid(`${path}.fieldPath`, fieldPath, `error converting fieldPath: ${reason}`)]
  }
  if (subscripted === undefined)
    return allowed.includes(field) ? [] : [notSupported(`${path}.fieldPath`, field, allowed)]
  if (field === 'metadata.annotations')
    return malformed(path, subscript, checkQualifiedName(subscript.toLowerCase()))
  if (field === 'metadata.labels') return malformed(path, subscript, checkQualifiedName(subscript))
  return [invalid(path, field, 'does not support subscript')]
}

/** What is wrong with a reference to a container's resources; files must say whose. */
export function validateResourceRef(
  { containerName, resource, divisor = '0' }: ResourceFieldSelector,
  path: string,
  inVolume: boolean,
): FieldError[] {
  if (inVolume && !containerName) return [required(`${path}.containerName`)]
  if (!resource) return requiredText(`${path}.resource`, resource)
  if (!containerResources.includes(resource) && !/^(limits|requests)[.]hugepages-/.test(resource))
    return [notSupported(`${path}.resource`, resource, containerResources)]
  const [, values = '', name] = divisors.find(([pattern]) => pattern.test(resource)) ?? []
  const problem = quantityProblem(String(divisor))
  if (problem) return [invalid(`${path}.divisor`, divisor, problem)]
  const canonical = canonicalQuantity(divisor)
  return canonical === '0' || values.split(', ').includes(canonical)
    ? []
    : [
        invalid(
          `${path}.divisor`,
          resource,
          `only divisor's values ${values.replace(/, 1$/, ' and 1')} are supported with the ${name} resource`,
        ),
      ]
}
