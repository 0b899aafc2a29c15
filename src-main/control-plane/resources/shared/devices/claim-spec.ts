import type {
  DeviceClaim,
  DeviceConstraint,
  DeviceRequest,
  DeviceSubRequest,
  DeviceToleration,
  ExactDeviceRequest,
  ResourceClaimSpec,
} from '#kubernetes/api/resource-v1.ts'
import {
  checkLabel,
  checkLabelValue,
  checkQualifiedName,
  checkSubdomain,
} from '#kubernetes/names.ts'
import type { FieldError } from '#kubernetes/status-error.ts'
import {
  each,
  invalid,
  malformed,
  notSupported,
  optionalForm,
  required,
  requiredForm,
} from '../field-errors.ts'
import { maxDeviceItems, validateConfiguration, validateSelectors } from './device-configuration.ts'
import { validateFullDeviceName, validateList, validateSet } from './device-lists.ts'

const maxAlternatives = 8
const effects = ['NoExecute', 'NoSchedule', 'None']

/** Fills what requests for devices may leave out. */
export function defaultClaimSpec({ devices }: ResourceClaimSpec): void {
  for (const { exactly, firstAvailable } of devices?.requests ?? [])
    for (const request of [...(exactly ? [exactly] : []), ...(firstAvailable ?? [])]) {
      request.allocationMode ??= 'ExactCount'
      if (request.allocationMode === 'ExactCount') request.count ||= 1
      for (const toleration of request.tolerations ?? []) toleration.operator ??= 'Equal'
    }
}

/** What is wrong with a claim of devices. */
export function validateClaimSpec({ devices = {} }: ResourceClaimSpec, path: string): FieldError[] {
  const names = new Set(requestNames(devices))
  const validateReferences = (requests: string[] | undefined, path: string) =>
    validateSet(
      requests,
      maxDeviceItems,
      path,
      request => request,
      (request, path) =>
        names.has(request)
          ? []
          : [
              invalid(
                path,
                request,
                "must be the name of a request in the claim or the name of a request and a subrequest separated by '/'",
              ),
            ],
    )
  const at = `${path}.devices`
  return [
    ...validateSet(
      devices.requests,
      maxDeviceItems,
      `${at}.requests`,
      ({ name }) => name,
      validateRequest,
    ),
    ...validateList(
      devices.constraints,
      maxDeviceItems,
      `${at}.constraints`,
      (constraint, path) => [
        ...validateReferences(constraint.requests, `${path}.requests`),
        ...validateConstraint(constraint, path),
      ],
    ),
    ...validateList(devices.config, maxDeviceItems, `${at}.config`, (config, path) => [
      ...validateReferences(config.requests, `${path}.requests`),
      ...validateConfiguration(config, path),
    ]),
  ]
}

/** What a claim's requests are referred to by: their names, and those of their alternatives behind a slash. */
const requestNames = ({ requests = [] }: DeviceClaim): string[] =>
  requests.flatMap(({ name, firstAvailable = [] }) => [
    name,
    ...firstAvailable.map(alternative => `${name}/${alternative.name}`),
  ])

function validateRequest(request: DeviceRequest, path: string): FieldError[] {
  const { name = '', exactly, firstAvailable } = request
  const errors = malformed(`${path}.name`, name, checkLabel(name))
  const detail = 'exactly one of `exactly` or `firstAvailable` is required'
  if (!exactly && !firstAvailable?.length) return [...errors, required(path, detail)]
  if (exactly && firstAvailable?.length)
    return [...errors, invalid(path, request, `${detail}, but multiple fields are set`)]
  return [
    ...errors,
    ...(exactly ? validateExact(exactly, `${path}.exactly`) : []),
    ...validateSet(
      firstAvailable,
      maxAlternatives,
      `${path}.firstAvailable`,
      alternative => alternative.name,
      (alternative, path) => [
        ...malformed(`${path}.name`, alternative.name ?? '', checkLabel(alternative.name ?? '')),
        ...validateExact(alternative, path),
      ],
    ),
  ]
}

const validateExact = (
  request: ExactDeviceRequest | DeviceSubRequest,
  path: string,
): FieldError[] => [
  ...requiredForm(`${path}.deviceClassName`, request.deviceClassName, checkSubdomain),
  ...validateSelectors(request.selectors, `${path}.selectors`),
  ...validateCount(request, path),
  ...each(request.tolerations, `${path}.tolerations`, validateToleration),
]

function validateCount(
  { allocationMode, count = 0 }: Pick<ExactDeviceRequest, 'allocationMode' | 'count'>,
  path: string,
): FieldError[] {
  switch (allocationMode) {
    case 'All':
      return count === 0
        ? []
        : [
            invalid(
              `${path}.count`,
              count,
              `must not be specified when allocationMode is '${allocationMode}'`,
            ),
          ]
    case 'ExactCount':
      return count > 0 ? [] : [invalid(`${path}.count`, count, 'must be greater than zero')]
    default:
      return [notSupported(`${path}.allocationMode`, allocationMode ?? '', ['All', 'ExactCount'])]
  }
}

function validateToleration(toleration: DeviceToleration, path: string): FieldError[] {
  const { key, operator, value = '', effect } = toleration
  return [
    ...optionalForm(`${path}.key`, key, checkQualifiedName),
    ...validateOperator(operator, value, path),
    ...(effect === undefined || effects.includes(effect)
      ? []
      : [notSupported(`${path}.effect`, effect, effects)]),
  ]
}

function validateOperator(operator: string | undefined, value: string, path: string): FieldError[] {
  switch (operator) {
    case 'Exists':
      return value ? [invalid(`${path}.value`, value, 'must be empty for operator `Exists`')] : []
    case 'Equal':
      return malformed(`${path}.value`, value, checkLabelValue(value))
    case '':
    case undefined:
      return [required(`${path}.operator`)]
    default:
      return [notSupported(`${path}.operator`, operator, ['Equal', 'Exists'])]
  }
}

function validateConstraint(constraint: DeviceConstraint, path: string): FieldError[] {
  const { matchAttribute, distinctAttribute } = constraint
  if (matchAttribute !== undefined)
    return validateFullDeviceName(matchAttribute, `${path}.matchAttribute`)
  return distinctAttribute === undefined
    ? [required(`${path}.matchAttribute`)]
    : validateFullDeviceName(distinctAttribute, `${path}.distinctAttribute`)
}
