import { describe, expect, test } from 'vitest'
import type { Service, ServiceSpec } from '#kubernetes/api/core-v1.ts'
import type { Allocators, WriteContext } from '../define-resource.ts'
import { failuresOf } from '../shared/testing.ts'
import { services } from './services.ts'

class FakeAllocators implements Allocators {
  readonly ips = new Set<string>()
  readonly ports = new Set<number>()

  serviceIP(wanted = `10.96.0.${this.ips.size + 1}`): string {
    if (this.ips.has(wanted)) throw new Error('provided IP is already allocated')
    this.ips.add(wanted)
    return wanted
  }
  releaseServiceIP(address: string): void {
    if (!this.ips.delete(address)) throw new Error(`${address} was not allocated`)
  }
  nodePort(wanted = 30_000 + this.ports.size): number {
    if (this.ports.has(wanted)) throw new Error('provided port is already allocated')
    this.ports.add(wanted)
    return wanted
  }
  releaseNodePort(port: number): void {
    if (!this.ports.delete(port)) throw new Error(`${port} was not allocated`)
  }
}

const contextWith = (allocators: Allocators): WriteContext => ({
  now: () => 0,
  dryRun: false,
  user: { name: 'admin', groups: [] },
  warn: () => {},
  allocators,
})

const service = (spec: ServiceSpec): Service => ({
  metadata: { name: 'web', namespace: 'default' },
  spec: { ports: [{ port: 80 }], ...spec },
})

/** Creates, and reads what the server would store. */
function create(spec: ServiceSpec, allocators: Allocators = new FakeAllocators()): Service {
  const object = service(spec)
  const context = contextWith(allocators)
  services.defaults?.(object)
  services.prepareForCreate?.(object, context)
  expect(services.validate?.(object)).toEqual([])
  services.beginWrite?.(object, undefined, context)?.(true)
  return object
}

/** Updates as the main endpoint does; `stored` says how the store answered. */
function update(old: Service, spec: ServiceSpec, allocators: Allocators, stored = true) {
  const object: Service = structuredClone({ ...old, spec })
  const context = contextWith(allocators)
  services.defaults?.(object)
  services.prepareForUpdate?.(object, old, context)
  const errors = [
    ...(services.validate?.(object) ?? []),
    ...(services.validateUpdate?.(object, old) ?? []),
  ]
  if (errors.length === 0) services.beginWrite?.(object, old, context)?.(stored)
  return { object, errors: errors.map(({ field, message }) => `${field}: ${message}`) }
}

describe('a service that is created', () => {
  test('is filled as upstream does and gets an address', () => {
    expect(create({ selector: { app: 'web' } }).spec).toEqual({
      ports: [{ port: 80, protocol: 'TCP', targetPort: 80 }],
      selector: { app: 'web' },
      clusterIP: '10.96.0.1',
      clusterIPs: ['10.96.0.1'],
      type: 'ClusterIP',
      sessionAffinity: 'None',
      ipFamilies: ['IPv4'],
      ipFamilyPolicy: 'SingleStack',
      internalTrafficPolicy: 'Cluster',
    })
  })

  test('of type NodePort gets a node port, or the one it asks for', () => {
    const allocators = new FakeAllocators()
    const asked = create(
      { type: 'NodePort', ports: [{ port: 3050, nodePort: 31_515 }] },
      allocators,
    )
    expect(asked.spec.ports?.[0]?.nodePort).toBe(31_515)
    expect(asked.spec.externalTrafficPolicy).toBe('Cluster')
    expect(create({ type: 'NodePort' }, allocators).spec.ports?.[0]?.nodePort).toBe(30_001)
  })

  test('of type LoadBalancer gets node ports unless it refuses them', () => {
    expect(create({ type: 'LoadBalancer' }).spec).toMatchObject({
      allocateLoadBalancerNodePorts: true,
      ports: [{ nodePort: 30_000 }],
    })
    const refused = create({ type: 'LoadBalancer', allocateLoadBalancerNodePorts: false })
    expect(refused.spec.ports?.[0]?.nodePort).toBeUndefined()
  })

  test('shares a node port between protocols of one port number', () => {
    const ports = [
      { name: 'udp', port: 53, protocol: 'UDP' as const },
      { name: 'tcp', port: 53, nodePort: 30_053 },
    ]
    const { spec } = create({ type: 'NodePort', ports })
    expect(spec.ports?.map(({ nodePort }) => nodePort)).toEqual([30_053, 30_053])
  })

  test('without an address keeps the word None, and both families without a selector', () => {
    expect(create({ clusterIP: 'None', selector: { a: 'b' } }).spec).toMatchObject({
      clusterIP: 'None',
      clusterIPs: ['None'],
      ipFamilies: ['IPv4'],
      ipFamilyPolicy: 'SingleStack',
    })
    expect(create({ clusterIP: 'None' }).spec).toMatchObject({
      ipFamilies: ['IPv4', 'IPv6'],
      ipFamilyPolicy: 'RequireDualStack',
    })
  })

  test('of type ExternalName gets nothing', () => {
    const { spec } = create({ type: 'ExternalName', externalName: 'example.com', ports: [] })
    expect(spec).toEqual({
      type: 'ExternalName',
      externalName: 'example.com',
      ports: [],
      sessionAffinity: 'None',
    })
  })

  test('with session affinity waits three hours', () => {
    const { spec } = create({ sessionAffinity: 'ClientIP' })
    expect(spec.sessionAffinityConfig).toEqual({ clientIP: { timeoutSeconds: 10_800 } })
  })

  test('is refused with the field when its address or port is taken, and takes nothing', () => {
    const allocators = new FakeAllocators()
    allocators.nodePort(31_515)
    const taken = () =>
      create({ type: 'NodePort', ports: [{ port: 1, nodePort: 31_515 }] }, allocators)
    expect(taken).toThrow(
      'Service "web" is invalid: spec.ports[0].nodePort: Invalid value: 31515: provided port is already allocated',
    )
    expect(allocators.ips.size).toBe(0)
    allocators.serviceIP('10.96.0.10')
    expect(() => create({ clusterIP: '10.96.0.10' }, allocators)).toThrow(
      'Service "web" is invalid: spec.clusterIPs: Invalid value: ["10.96.0.10"]: failed to allocate IP 10.96.0.10: provided IP is already allocated',
    )
  })

  test('gives everything back when the store refuses it', () => {
    const allocators = new FakeAllocators()
    const object = service({ type: 'NodePort' })
    services.defaults?.(object)
    services.beginWrite?.(object, undefined, contextWith(allocators))?.(false)
    expect([allocators.ips.size, allocators.ports.size]).toEqual([0, 0])
  })

  test('is refused what an IPv4 cluster has not', () => {
    expect(() => create({ ipFamilies: ['IPv6'] })).toThrow(
      'spec.ipFamilies[0]: Invalid value: "IPv6": not configured on this cluster',
    )
    expect(() => create({ ipFamilyPolicy: 'RequireDualStack' })).toThrow(
      'spec.ipFamilyPolicy: Invalid value: "RequireDualStack": this cluster is not configured for dual-stack services',
    )
    expect(() => create({ ipFamilyPolicy: 'SingleStack', ipFamilies: ['IPv4', 'IPv6'] })).toThrow(
      `spec.ipFamilyPolicy: Invalid value: "SingleStack": must be 'RequireDualStack' or 'PreferDualStack' when multiple IP families are specified`,
    )
  })
})

describe('a service that is changed', () => {
  test('keeps address and node port that the client leaves out', () => {
    const allocators = new FakeAllocators()
    const old = create({ type: 'NodePort' }, allocators)
    const { object, errors } = update(old, { type: 'NodePort', ports: [{ port: 81 }] }, allocators)
    expect(errors).toEqual([])
    expect(object.spec).toMatchObject({ clusterIP: '10.96.0.1', ports: [{ nodePort: 30_000 }] })
    expect([...allocators.ports]).toEqual([30_000])
  })

  test('from NodePort to ClusterIP gives its node port back, once stored', () => {
    const allocators = new FakeAllocators()
    const old = create({ type: 'NodePort' }, allocators)
    update(old, { ...old.spec, type: 'ClusterIP' }, allocators, false)
    expect(allocators.ports.size).toBe(1)
    const { object, errors } = update(old, { ...old.spec, type: 'ClusterIP' }, allocators)
    expect(errors).toEqual([])
    expect(object.spec.ports).toEqual([{ port: 80, protocol: 'TCP', targetPort: 80 }])
    expect(object.spec.externalTrafficPolicy).toBeUndefined()
    expect([allocators.ips.size, allocators.ports.size]).toEqual([1, 0])
  })

  test('to ExternalName gives its address back', () => {
    const allocators = new FakeAllocators()
    const old = create({}, allocators)
    const spec = { ...old.spec, type: 'ExternalName' as const, externalName: 'example.com' }
    const { object, errors } = update(old, spec, allocators)
    expect(errors).toEqual([])
    expect(object.spec.clusterIP).toBeUndefined()
    expect(allocators.ips.size).toBe(0)
  })

  test('may not change its address', () => {
    const allocators = new FakeAllocators()
    const old = create({}, allocators)
    const { errors } = update(old, { ...old.spec, clusterIP: '10.96.0.9' }, allocators)
    expect(errors).toEqual([
      'spec.clusterIPs[0]: Invalid value: ["10.96.0.9"]: may not change once set',
    ])
  })

  test('that is deleted gives all back', () => {
    const allocators = new FakeAllocators()
    const old = create({ type: 'NodePort' }, allocators)
    services.beginWrite?.(undefined, old, contextWith(allocators))?.(true)
    expect([allocators.ips.size, allocators.ports.size]).toEqual([0, 0])
  })
})

const failures: [what: string, spec: ServiceSpec, error: string][] = [
  ['no ports', { ports: [] }, 'spec.ports: Required value'],
  [
    'an unknown type',
    { type: 'X' as 'ClusterIP' },
    'spec.type: Unsupported value: "X": supported values: "ClusterIP", "ExternalName", "LoadBalancer", "NodePort"',
  ],
  [
    'port 0',
    { ports: [{ port: 0, targetPort: 80 }] },
    'spec.ports[0].port: Invalid value: 0: must be between 1 and 65535, inclusive',
  ],
  [
    'nameless ports',
    { ports: [{ port: 1, name: 'a' }, { port: 2 }] },
    'spec.ports[1].name: Required value',
  ],
  [
    'a port name twice',
    {
      ports: [
        { port: 1, name: 'a' },
        { port: 2, name: 'a' },
      ],
    },
    'spec.ports[1].name: Duplicate value: "a"',
  ],
  [
    'a port twice',
    {
      ports: [
        { port: 1, name: 'a' },
        { port: 1, name: 'b' },
      ],
    },
    'spec.ports[1]: Duplicate value: {"Name":"","Protocol":"TCP","AppProtocol":null,"Port":1,"TargetPort":0,"NodePort":0}',
  ],
  [
    'an unknown protocol',
    { ports: [{ port: 1, protocol: 'X' as 'TCP' }] },
    'spec.ports[0].protocol: Unsupported value: "X": supported values: "SCTP", "TCP", "UDP"',
  ],
  [
    'a bad target',
    { ports: [{ port: 1, targetPort: 'a--b' }] },
    'spec.ports[0].targetPort: Invalid value: "a--b": must not contain consecutive hyphens',
  ],
  [
    'a bad application protocol',
    { ports: [{ port: 1, appProtocol: '/x' }] },
    'spec.ports[0].appProtocol: Invalid value: "/x": prefix part must be non-empty',
  ],
  [
    'a node port on ClusterIP',
    { ports: [{ port: 1, nodePort: 30_001 }] },
    "spec.ports[0].nodePort: Forbidden: may not be used when `type` is 'ClusterIP'",
  ],
  [
    'a node port twice',
    {
      type: 'NodePort',
      ports: [
        { port: 1, name: 'a', nodePort: 30_001 },
        { port: 2, name: 'b', nodePort: 30_001 },
      ],
    },
    'spec.ports[1].nodePort: Duplicate value: 30001',
  ],
  [
    'None for NodePort',
    { type: 'NodePort', clusterIP: 'None' },
    `spec.clusterIPs[0]: Invalid value: "None": may not be set to 'None' for NodePort services`,
  ],
  ['ExternalName without a name', { type: 'ExternalName' }, 'spec.externalName: Required value'],
  [
    'ExternalName with an address',
    { type: 'ExternalName', externalName: 'a', clusterIP: '10.96.0.1' },
    'spec.clusterIPs: Forbidden: may not be set for ExternalName services',
  ],
  [
    'no address',
    { clusterIP: 'x' },
    'spec.clusterIPs[0]: Invalid value: "x": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)',
  ],
  [
    'addresses that differ',
    { clusterIP: '10.96.0.1', clusterIPs: ['10.96.0.2'] },
    'spec.clusterIPs: Invalid value: ["10.96.0.2"]: first value must match `clusterIP`',
  ],
  [
    'addresses without the first',
    { clusterIPs: ['10.96.0.2'] },
    'spec.clusterIPs: Invalid value: ["10.96.0.2"]: must be empty when `clusterIP` is not specified',
  ],
  [
    'two addresses of a family',
    { clusterIP: '10.96.0.1', clusterIPs: ['10.96.0.1', '10.96.0.2'] },
    'spec.clusterIPs: Invalid value: ["10.96.0.1","10.96.0.2"]: may specify no more than one IP for each IP family',
  ],
  [
    'a family twice',
    { ipFamilies: ['IPv4', 'IPv4'] },
    'spec.ipFamilies[1]: Duplicate value: "IPv4"',
  ],
  [
    'an unknown family',
    { ipFamilies: ['X' as 'IPv4'] },
    'spec.ipFamilies[0]: Unsupported value: "X": supported values: "IPv4", "IPv6"',
  ],
  [
    'an unknown family policy',
    { ipFamilyPolicy: 'X' as 'SingleStack' },
    'spec.ipFamilyPolicy: Unsupported value: "X": supported values: "PreferDualStack", "RequireDualStack", "SingleStack"',
  ],
  [
    'a loopback external address',
    { externalIPs: ['127.0.0.1'] },
    'spec.externalIPs[0]: Invalid value: "127.0.0.1": may not be in the loopback range (127.0.0.0/8, ::1/128)',
  ],
  [
    'an affinity of no time',
    { sessionAffinity: 'ClientIP', sessionAffinityConfig: { clientIP: { timeoutSeconds: 0 } } },
    'spec.sessionAffinityConfig.clientIP.timeoutSeconds: Invalid value: 0: must be greater than 0 and less than 86400',
  ],
  [
    'an unknown affinity',
    { sessionAffinity: 'X' as 'None' },
    'spec.sessionAffinity: Unsupported value: "X": supported values: "ClientIP", "None"',
  ],
  [
    'too long an affinity',
    {
      sessionAffinity: 'ClientIP',
      sessionAffinityConfig: { clientIP: { timeoutSeconds: 86_401 } },
    },
    'spec.sessionAffinityConfig.clientIP.timeoutSeconds: Invalid value: 86401: must be greater than 0 and less than 86400',
  ],
  [
    'source ranges on ClusterIP',
    { loadBalancerSourceRanges: ['10.0.0.0/8'] },
    "spec.loadBalancerSourceRanges: Forbidden: may only be used when `type` is 'LoadBalancer'",
  ],
  [
    'a bad source range',
    { type: 'LoadBalancer', loadBalancerSourceRanges: ['10.0.0.0/33'] },
    'spec.loadBalancerSourceRanges[0]: Invalid value: "10.0.0.0/33": must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)',
  ],
  [
    'an outside policy inside',
    { externalTrafficPolicy: 'Local' },
    'spec.externalTrafficPolicy: Invalid value: "Local": may only be set for externally-accessible services',
  ],
  [
    'an unknown outside policy',
    { type: 'NodePort', externalTrafficPolicy: 'X' as 'Local' },
    'spec.externalTrafficPolicy: Unsupported value: "X": supported values: "Cluster", "Local"',
  ],
  [
    'an unknown inside policy',
    { internalTrafficPolicy: 'X' as 'Local' },
    'spec.internalTrafficPolicy: Unsupported value: "X": supported values: "Cluster", "Local"',
  ],
  [
    'an unknown distribution',
    { trafficDistribution: 'X' },
    'spec.trafficDistribution: Unsupported value: "X": supported values: "PreferClose", "PreferSameNode", "PreferSameZone"',
  ],
  [
    'a health check port',
    { healthCheckNodePort: 30_001 },
    "spec.healthCheckNodePort: Invalid value: 30001: may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'",
  ],
  [
    'a balancer class',
    { loadBalancerClass: 'a/b' },
    "spec.loadBalancerClass: Forbidden: may only be used when `type` is 'LoadBalancer'",
  ],
  [
    'a bad selector',
    { selector: { 'a b': 'c' } },
    "spec.selector: Invalid value: \"a b\": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')",
  ],
]

test.each(failures)('refuses %s', (_what, spec, error) => {
  expect(failuresOf(services, service(spec))).toEqual([error])
})

test('refuses a name that is no DNS-1035 label', () => {
  const object = service({})
  object.metadata.name = '1web'
  expect(failuresOf(services, object)).toEqual([
    "metadata.name: Invalid value: \"1web\": a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')",
  ])
})

test('refuses ingress in the status of what is no load balancer', () => {
  const object = create({})
  object.status = { loadBalancer: { ingress: [{ ip: '1.2.3.4', ipMode: 'VIP' }] } }
  object.metadata.resourceVersion = '1'
  expect(services.status?.validateUpdate?.(object, object)).toMatchObject([
    { field: 'status.loadBalancer.ingress', type: 'FieldValueForbidden' },
  ])
})

test.each<[string, Record<string, string>, ServiceSpec, string[]]>([
  [
    'ranges',
    { 'service.beta.kubernetes.io/load-balancer-source-ranges': ' 10.0.0.0/8, 192.168.0.0/16 ' },
    { type: 'LoadBalancer' },
    [],
  ],
  [
    'ranges that are none',
    { 'service.beta.kubernetes.io/load-balancer-source-ranges': '10.0.0.0/8,foo' },
    { type: 'LoadBalancer' },
    [
      'metadata.annotations[service.beta.kubernetes.io/load-balancer-source-ranges]: Invalid value: "foo": must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)',
    ],
  ],
  [
    'ranges of no load balancer',
    { 'service.beta.kubernetes.io/load-balancer-source-ranges': '10.0.0.0/8' },
    {},
    [
      "metadata.annotations[service.beta.kubernetes.io/load-balancer-source-ranges]: Forbidden: may only be used when `type` is 'LoadBalancer'",
    ],
  ],
  [
    'ranges that the field says better',
    { 'service.beta.kubernetes.io/load-balancer-source-ranges': 'foo' },
    { type: 'LoadBalancer', loadBalancerSourceRanges: ['10.0.0.0/8'] },
    [],
  ],
  [
    'two modes',
    {
      'service.kubernetes.io/topology-aware-hints': 'auto',
      'service.kubernetes.io/topology-mode': 'Auto',
    },
    {},
    [
      'metadata.annotations[service.kubernetes.io/topology-mode]: Invalid value: "Auto": must match annotations[service.kubernetes.io/topology-aware-hints] when both are specified',
    ],
  ],
])('a service with annotations of old: %s', (_what, annotations, spec, problems) => {
  const given = service(spec)
  given.metadata.annotations = annotations
  expect(failuresOf(services, given)).toEqual(problems)
})
