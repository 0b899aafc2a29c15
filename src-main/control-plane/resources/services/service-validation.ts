import type { Service, ServicePort, ServiceSpec } from '#kubernetes/api/core-v1.ts'
import { checkLabel, checkQualifiedName, checkSubdomain } from '#kubernetes/names.ts'
import type { FieldError } from '#kubernetes/status-error.ts'
import {
  duplicate,
  each,
  forbidden,
  immutable,
  invalid,
  malformed,
  notSupported,
  oneOf,
  optionalOneOf,
  required,
} from '../shared/field-errors.ts'
import { checkPort, checkPortNumber } from '../shared/formats.ts'
import { validateCidr, validateIp, validateNonSpecialIp } from '../shared/ip.ts'
import { validateLabels } from '../shared/object-meta.ts'
import { validateClusterIPs } from './service-addresses.ts'
import { validateServiceAnnotations } from './service-annotations.ts'
import { isExternallyAccessible, isHeadless, needsHealthCheckNodePort } from './service-needs.ts'

const types = ['ClusterIP', 'NodePort', 'LoadBalancer', 'ExternalName']
export const protocols = ['TCP', 'UDP', 'SCTP']
const policies = ['Cluster', 'Local']
const distributions = ['PreferClose', 'PreferSameZone', 'PreferSameNode']

/** What is wrong with a service; addresses that can't be had are found when they are allocated. */
export function validateService(service: Service): FieldError[] {
  const { spec } = service
  const ports = spec.ports ?? []
  const portless = isHeadless(service) || spec.type === 'ExternalName'
  return [
    ...(ports.length === 0 && !portless ? [required('spec.ports')] : []),
    ...validateType(service),
    ...validatePorts(ports),
    ...validateLabels(spec.selector, 'spec.selector'),
    ...validateAffinity(spec),
    ...validateClusterIPs(service),
    ...each(spec.externalIPs, 'spec.externalIPs', validateNonSpecialIp),
    ...oneOf('spec.type', spec.type, types),
    ...validateUniquePorts(ports),
    ...(spec.type === 'ClusterIP' ? each(ports, 'spec.ports', refuseNodePort) : []),
    ...validateLoadBalancer(spec),
    ...validateServiceAnnotations(service),
    ...validateTraffic(service),
  ]
}

/** What an update of a service may not change; addresses are looked at apart. */
export function validateServiceUpdate(service: Service, old: Service): FieldError[] {
  const errors: FieldError[] = []
  if (service.spec.type === 'LoadBalancer' && old.spec.type === 'LoadBalancer')
    if (service.spec.loadBalancerClass !== old.spec.loadBalancerClass)
      errors.push(
        invalid(
          'spec.loadBalancerClass',
          service.spec.loadBalancerClass,
          'may not change once set',
        ),
      )
  if (needsHealthCheckNodePort(service) && needsHealthCheckNodePort(old))
    if (immutable('', service.spec.healthCheckNodePort, old.spec.healthCheckNodePort).length > 0)
      errors.push(forbidden('spec.healthCheckNodePort', 'field is immutable'))
  return errors
}

/** What is wrong with what a load balancer reported. */
export function validateServiceStatus({ spec, status }: Service): FieldError[] {
  const path = 'status.loadBalancer.ingress'
  const ingress = status?.loadBalancer?.ingress
  if (spec.type !== 'LoadBalancer' && ingress?.length)
    return [forbidden(path, "may only be used when `spec.type` is 'LoadBalancer'")]
  return each(ingress, path, ({ ip, hostname, ipMode }, path) => [
    ...(ip ? validateIp(ip, `${path}.ip`) : []),
    ...(ip && !ipMode ? [required(`${path}.ipMode`, 'must be specified when `ip` is set')] : []),
    ...(ipMode && !ip
      ? [forbidden(`${path}.ipMode`, 'may not be specified when `ip` is not set')]
      : []),
    ...optionalOneOf(`${path}.ipMode`, ipMode, ['VIP', 'Proxy']),
    ...(hostname ? malformed(`${path}.hostname`, hostname, checkSubdomain(hostname)) : []),
    ...(hostname && validateIp(hostname, '').length === 0
      ? [invalid(`${path}.hostname`, hostname, 'must be a DNS name, not an IP address')]
      : []),
  ])
}

function validateType(service: Service): FieldError[] {
  const { spec } = service
  if ((spec.type === 'LoadBalancer' || spec.type === 'NodePort') && isHeadless(service))
    return [
      invalid('spec.clusterIPs[0]', 'None', `may not be set to 'None' for ${spec.type} services`),
    ]
  if (spec.type !== 'ExternalName') return []
  const absent = (field: string, given: boolean) =>
    given ? [forbidden(`spec.${field}`, 'may not be set for ExternalName services')] : []
  const name = (spec.externalName ?? '').replace(/[.]$/, '')
  return [
    ...absent('clusterIPs', (spec.clusterIPs ?? []).length > 0),
    ...absent('ipFamilies', (spec.ipFamilies ?? []).length > 0),
    ...absent('ipFamilyPolicy', spec.ipFamilyPolicy !== undefined),
    ...(name
      ? malformed('spec.externalName', name, checkSubdomain(name))
      : [required('spec.externalName')]),
  ]
}

function validatePorts(ports: ServicePort[]): FieldError[] {
  const names = new Set<string>()
  return each(ports, 'spec.ports', (item, path) => {
    const { name, protocol, appProtocol, targetPort } = item
    const repeated = name && names.has(name)
    if (name) names.add(name)
    return [
      ...(ports.length > 1 && !name ? [required(`${path}.name`)] : []),
      ...(name ? malformed(`${path}.name`, name, checkLabel(name)) : []),
      ...(repeated ? [duplicate(`${path}.name`, name)] : []),
      ...malformed(`${path}.port`, item.port ?? 0, checkPortNumber(item.port ?? 0)),
      ...oneOf(`${path}.protocol`, protocol, protocols),
      ...malformed(`${path}.targetPort`, targetPort ?? 0, checkPort(targetPort ?? 0)),
      ...(appProtocol === undefined
        ? []
        : malformed(`${path}.appProtocol`, appProtocol, checkQualifiedName(appProtocol))),
    ]
  })
}

function validateUniquePorts(ports: ServicePort[]): FieldError[] {
  const nodePorts = new Set<string>()
  const numbers = new Set<string>()
  const seen = (set: Set<string>, key: string) => set.has(key) || !set.add(key)
  return each(ports, 'spec.ports', ({ protocol, port, nodePort }, path) => [
    ...(nodePort && seen(nodePorts, `${protocol}/${nodePort}`)
      ? [duplicate(`${path}.nodePort`, nodePort)]
      : []),
    ...(seen(numbers, `${protocol}/${port}`) ? [duplicate(path, portKey(protocol, port))] : []),
  ])
}

/** The pair of protocol and number as upstream prints it: its port with all else empty. */
const portKey = (protocol: string | undefined, port: number) => ({
  Name: '',
  Protocol: protocol,
  AppProtocol: null,
  Port: port,
  TargetPort: 0,
  NodePort: 0,
})

const refuseNodePort = ({ nodePort }: ServicePort, path: string): FieldError[] =>
  nodePort ? [forbidden(`${path}.nodePort`, "may not be used when `type` is 'ClusterIP'")] : []

function validateAffinity({ sessionAffinity, sessionAffinityConfig }: ServiceSpec): FieldError[] {
  const path = 'spec.sessionAffinityConfig'
  const detail = 'when session affinity type is ClientIP'
  const errors = oneOf('spec.sessionAffinity', sessionAffinity, ['ClientIP', 'None'])
  if (sessionAffinity === 'None' && sessionAffinityConfig)
    errors.push(forbidden(path, 'must not be set when session affinity is None'))
  if (sessionAffinity !== 'ClientIP') return errors
  const timeout = sessionAffinityConfig?.clientIP?.timeoutSeconds
  const secondsPath = `${path}.clientIP.timeoutSeconds`
  if (!sessionAffinityConfig) errors.push(required(path, detail))
  else if (!sessionAffinityConfig.clientIP) errors.push(required(`${path}.clientIP`, detail))
  else if (timeout === undefined) errors.push(required(secondsPath, detail))
  else if (timeout <= 0 || timeout > 86_400)
    errors.push(invalid(secondsPath, timeout, 'must be greater than 0 and less than 86400'))
  return errors
}

function validateLoadBalancer(spec: ServiceSpec): FieldError[] {
  const { loadBalancerSourceRanges = [], allocateLoadBalancerNodePorts, loadBalancerClass } = spec
  const detail = "may only be used when `type` is 'LoadBalancer'"
  const ranges = each(loadBalancerSourceRanges, 'spec.loadBalancerSourceRanges', (range, path) =>
    validateCidr(range.trim(), path),
  )
  if (spec.type === 'LoadBalancer')
    return [
      ...ranges,
      ...(loadBalancerClass === undefined
        ? []
        : malformed(
            'spec.loadBalancerClass',
            loadBalancerClass,
            checkQualifiedName(loadBalancerClass),
          )),
    ]
  return [
    ...(loadBalancerSourceRanges.length > 0
      ? [forbidden('spec.loadBalancerSourceRanges', detail)]
      : []),
    ...ranges,
    ...(allocateLoadBalancerNodePorts === undefined
      ? []
      : [forbidden('spec.allocateLoadBalancerNodePorts', detail)]),
    ...(loadBalancerClass === undefined ? [] : [forbidden('spec.loadBalancerClass', detail)]),
  ]
}

function validateTraffic(service: Service): FieldError[] {
  const { spec } = service
  const { externalTrafficPolicy, healthCheckNodePort = 0 } = spec
  const outside = isExternallyAccessible(spec)
    ? oneOf('spec.externalTrafficPolicy', externalTrafficPolicy, policies)
    : externalTrafficPolicy
      ? [
          invalid(
            'spec.externalTrafficPolicy',
            externalTrafficPolicy,
            'may only be set for externally-accessible services',
          ),
        ]
      : []
  const health =
    healthCheckNodePort && !needsHealthCheckNodePort(service)
      ? [
          invalid(
            'spec.healthCheckNodePort',
            healthCheckNodePort,
            "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'",
          ),
        ]
      : []
  return [
    ...outside,
    ...health,
    ...(spec.type === 'ExternalName'
      ? []
      : oneOf('spec.internalTrafficPolicy', spec.internalTrafficPolicy, policies)),
    ...(spec.trafficDistribution === undefined || distributions.includes(spec.trafficDistribution)
      ? []
      : [notSupported('spec.trafficDistribution', spec.trafficDistribution, distributions)]),
  ]
}
