import type {
  HTTPIngressPath,
  Ingress,
  IngressBackend,
  IngressRule,
  IngressServiceBackend,
} from '#kubernetes/api/networking-v1.ts'
import {
  checkHostPattern,
  checkLabel1035,
  checkPortName,
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
} from '../shared/field-errors.ts'
import { checkPortNumber } from '../shared/formats.ts'
import { ipFamily, validateIp } from '../shared/ip.ts'
import { validateNamedReference } from '../shared/named-reference.ts'

/** The annotation that chose a class before `spec.ingressClassName` was there. */
export const classAnnotation = 'kubernetes.io/ingress.class'

const pathTypes = ['Exact', 'ImplementationSpecific', 'Prefix']
const badSequences = ['//', '/./', '/../', '%2f', '%2F']
const badEnds = ['/..', '/.']

/** What is wrong with an ingress on create and update. */
export function validateIngress({ spec }: Ingress): FieldError[] {
  const { rules = [], tls, defaultBackend, ingressClassName } = spec
  return [
    ...(rules.length || defaultBackend ? [] : [noRules]),
    ...(defaultBackend ? validateBackend(defaultBackend, 'spec.defaultBackend') : []),
    ...each(rules, 'spec.rules', validateRule),
    ...each(tls, 'spec.tls', ({ hosts, secretName }, path) => [
      ...each(hosts, `${path}.hosts`, (host, path) =>
        malformed(path, host, checkHostPattern(host)),
      ),
      ...optionalForm(`${path}.secretName`, secretName, checkSubdomain),
    ]),
    ...(ingressClassName === undefined
      ? []
      : malformed('spec.ingressClassName', ingressClassName, checkSubdomain(ingressClassName))),
  ]
}

/** Both ways to choose a class may be used only when they agree. */
export function validateIngressCreate({ metadata, spec }: Ingress): FieldError[] {
  const annotated = metadata.annotations?.[classAnnotation]
  const differs = annotated !== undefined && spec.ingressClassName !== undefined
  return differs && annotated !== spec.ingressClassName
    ? [
        invalid(
          `annotations.${classAnnotation}`,
          annotated,
          'must match `ingressClassName` when both are specified',
        ),
      ]
    : []
}

/** What is wrong with what a controller reported. */
export const validateIngressStatus = ({ status }: Ingress): FieldError[] =>
  each(status?.loadBalancer?.ingress, 'status.loadBalancer.ingress', ({ ip, hostname }, path) => [
    ...(ip ? validateIp(ip, `${path}.ip`) : []),
    ...(hostname ? malformed(`${path}.hostname`, hostname, checkSubdomain(hostname)) : []),
    ...(hostname && ipFamily(hostname)
      ? [invalid(`${path}.hostname`, hostname, 'must be a DNS name, not an IP address')]
      : []),
  ])

/** Upstream prints the absent list of rules, not the spec. */
const noRules: FieldError = {
  type: 'FieldValueInvalid',
  field: 'spec',
  message: 'Invalid value: null: either `defaultBackend` or `rules` must be specified',
}

const validateRule = ({ host, http }: IngressRule, path: string): FieldError[] => [
  ...(host && ipFamily(host)
    ? [invalid(`${path}.host`, host, 'must be a DNS name, not an IP address')]
    : []),
  ...optionalForm(`${path}.host`, host, checkHostPattern),
  ...(http && !http.paths?.length ? [required(`${path}.http.paths`)] : []),
  ...each(http?.paths, `${path}.http.paths`, validatePath),
]

function validatePath({ path, pathType, backend }: HTTPIngressPath, at: string): FieldError[] {
  if (!pathType) return [required(`${at}.pathType`, 'pathType must be specified')]
  return [
    ...validatePathText(path, pathType, at),
    ...validateBackend(backend ?? {}, `${at}.backend`),
  ]
}

function validatePathText(path = '', pathType: string, at: string): FieldError[] {
  if (!pathTypes.includes(pathType)) return [notSupported(`${at}.pathType`, pathType, pathTypes)]
  const field = `${at}.path`
  const absolute = path.startsWith('/') ? [] : [invalid(field, path, 'must be an absolute path')]
  if (pathType === 'ImplementationSpecific') return path ? absolute : []
  const sequences = badSequences.filter(bad => path.includes(bad))
  const ends = badEnds.filter(bad => path.endsWith(bad))
  return [
    ...absolute,
    ...sequences.map(bad => invalid(field, path, `must not contain '${bad}'`)),
    ...ends.map(bad => invalid(field, path, `cannot end with '${bad}'`)),
  ]
}

function validateBackend({ service, resource }: IngressBackend, path: string): FieldError[] {
  if (service && resource)
    return [invalid(path, '', 'cannot set both resource and service backends')]
  if (resource) return validateNamedReference(resource, `${path}.resource`)
  if (service) return validateServiceBackend(service, path)
  return [invalid(path, '', 'resource or service backend is required')]
}

function validateServiceBackend(service: IngressServiceBackend, path: string): FieldError[] {
  const { name, number } = service.port ?? {}
  const port =
    name && number
      ? [invalid(path, '', 'cannot set both port name & port number')]
      : name
        ? malformed(`${path}.service.port.name`, name, checkPortName(name))
        : number
          ? malformed(`${path}.service.port.number`, number, checkPortNumber(number))
          : [required(path, 'port name or number is required')]
  return [...requiredForm(`${path}.service.name`, service.name, checkLabel1035), ...port]
}
