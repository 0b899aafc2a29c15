import type {
  IngressClass,
  IngressClassParametersReference,
  IngressClassSpec,
} from '#kubernetes/api/networking-v1.ts'
import { checkLabel, checkSubdomain } from '#kubernetes/names.ts'
import type { FieldError } from '#kubernetes/status-error.ts'
import { defineResource } from './define-resource.ts'
import { ageColumn, nameColumn } from './shared/columns.ts'
import {
  forbidden,
  immutable,
  invalid,
  malformed,
  oneOf,
  required,
  tooLong,
} from './shared/field-errors.ts'
import { validateNamedReference } from './shared/named-reference.ts'
import { byteLength } from './shared/object-meta.ts'

const maxControllerBytes = 250
const pathPattern = "[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+"
const pathExpression = new RegExp(`^${pathPattern}$`)

function validate({ spec }: IngressClass): FieldError[] {
  const { controller = '', parameters } = spec
  return [
    ...(byteLength(controller) > maxControllerBytes
      ? [tooLong('spec.controller', maxControllerBytes)]
      : []),
    ...validateDomainPath(controller, 'spec.controller'),
    ...(parameters ? validateParameters(parameters, 'spec.parameters') : []),
  ]
}

/** `domain/path`, as controllers name themselves. */
function validateDomainPath(text: string, field: string): FieldError[] {
  if (!text) return [required(field)]
  const slash = text.indexOf('/')
  const [host, path] = [text.slice(0, slash), text.slice(slash + 1)]
  if (slash <= 0 || !path) {
    return [invalid(field, text, 'must be a domain-prefixed path (such as "acme.io/foo")')]
  }
  const problem = `Invalid path (regex used for validation is '${pathPattern}')`
  return [
    ...malformed(field, host, checkSubdomain(host)),
    ...(pathExpression.test(path) ? [] : [invalid(field, path, problem)]),
  ]
}

function validateParameters(
  parameters: IngressClassParametersReference,
  path: string,
): FieldError[] {
  const { scope, namespace } = parameters
  return [
    ...validateNamedReference(parameters, path),
    ...oneOf(`${path}.scope`, scope, ['Cluster', 'Namespace']),
    ...(scope === 'Namespace' && namespace === undefined
      ? [required(`${path}.namespace`, "`parameters.scope` is set to 'Namespace'")]
      : []),
    ...(scope === 'Namespace' && namespace !== undefined
      ? malformed(`${path}.namespace`, namespace, checkLabel(namespace))
      : []),
    ...(scope === 'Cluster' && namespace !== undefined
      ? [forbidden(`${path}.namespace`, "`parameters.scope` is set to 'Cluster'")]
      : []),
  ]
}

function parametersText({ spec }: IngressClass): string {
  const { parameters } = spec
  if (!parameters) return '<none>'
  const { kind, apiGroup, name } = parameters
  return `${kind}${apiGroup ? `.${apiGroup}` : ''}/${name}`
}

export const ingressClasses = defineResource<IngressClass>({
  group: 'networking.k8s.io',
  version: 'v1',
  kind: 'IngressClass',
  plural: 'ingressclasses',
  singular: 'ingressclass',
  namespaced: false,
  storagePrefix: '/registry/ingressclasses',
  unconditionalUpdate: true,
  generation: true,
  columns: [
    nameColumn,
    { name: 'Controller', type: 'string', value: ({ spec }) => spec.controller ?? '' },
    { name: 'Parameters', type: 'string', value: parametersText },
    ageColumn,
  ],
  defaults(ingressClass) {
    ingressClass.spec ??= {} as IngressClassSpec
    if (ingressClass.spec.parameters) ingressClass.spec.parameters.scope ??= 'Cluster'
  },
  validate,
  validateUpdate: (ingressClass, old) =>
    immutable('spec.controller', ingressClass.spec.controller ?? '', old.spec.controller),
})
