import type { APIService, APIServiceSpec } from '#kubernetes/api/apiregistration-v1.ts'
import { checkLabel1035, checkPathSegment, checkSubdomain } from '#kubernetes/names.ts'
import type { FieldError } from '#kubernetes/status-error.ts'
import {
  each,
  invalid,
  malformed,
  notSupported,
  required,
  requiredText,
} from '../shared/field-errors.ts'
import { checkPortNumber } from '../shared/formats.ts'

const states = ['False', 'True', 'Unknown']

/** What is wrong with an APIService, whose name is made of what it serves. */
export function validateApiService({ metadata, spec }: APIService): FieldError[] {
  const { group = '', version = '' } = spec
  const name = metadata.name ?? ''
  const expected = `${version}.${group}`
  return [
    ...malformed('metadata.name', name, [
      ...checkPathSegment(name),
      ...(name === expected ? [] : [`must be \`spec.version+"."+spec.group\`: "${expected}"`]),
    ]),
    ...(group ? malformed('spec.group', group, checkSubdomain(group)) : []),
    ...(!group && version !== 'v1'
      ? [required('spec.group', 'only v1 may have an empty group and it better be legacy kube')]
      : []),
    ...malformed('spec.version', version, checkLabel1035(version)),
    ...priority('groupPriorityMinimum', spec.groupPriorityMinimum, 20_000),
    ...priority('versionPriority', spec.versionPriority, 1000),
    ...validateBackend(spec),
  ]
}

/** What is wrong with the status of an APIService. */
export const validateApiServiceStatus = ({ status }: APIService): FieldError[] =>
  each(status?.conditions, 'status.conditions', (condition, path) =>
    states.includes(condition.status)
      ? []
      : [notSupported(`${path}.status`, condition.status, states)],
  )

const priority = (field: string, value = 0, max: number): FieldError[] =>
  value > 0 && value <= max
    ? []
    : [invalid(`spec.${field}`, value, `must be positive and less than ${max}`)]

function validateBackend(spec: APIServiceSpec): FieldError[] {
  const { service, caBundle, insecureSkipTLSVerify } = spec
  if (!service)
    return [
      ...(caBundle
        ? [
            invalid(
              'spec.caBundle',
              `${Buffer.byteLength(caBundle, 'base64')} bytes`,
              'local APIServices may not have a caBundle',
            ),
          ]
        : []),
      ...(insecureSkipTLSVerify
        ? [
            invalid(
              'spec.insecureSkipTLSVerify',
              true,
              'local APIServices may not have insecureSkipTLSVerify',
            ),
          ]
        : []),
    ]
  return [
    ...requiredText('spec.service.namespace', service.namespace),
    ...requiredText('spec.service.name', service.name),
    ...checkPortNumber(service.port ?? 443).map(problem =>
      invalid('spec.service.port', service.port, `port is not valid: ${problem}`),
    ),
    ...(insecureSkipTLSVerify && caBundle
      ? [invalid('spec.insecureSkipTLSVerify', true, 'may not be true if caBundle is present')]
      : []),
  ]
}
