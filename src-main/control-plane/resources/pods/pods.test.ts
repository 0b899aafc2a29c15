import { describe, expect, test } from 'vitest'
import type { Container, Pod, PodSpec } from '#kubernetes/api/core-v1.ts'
import { created, failuresOf, statusFailuresOf, updateFailuresOf } from '../shared/testing.ts'
import { pods } from './pods.ts'

const pod = (spec: Partial<PodSpec> = {}, image = 'nginx:1.14.2'): Pod => ({
  metadata: { name: 'web', namespace: 'default' },
  spec: { containers: [{ name: 'a', image }], ...spec },
})
const withContainer = (rest: Partial<Container>): Pod =>
  pod({ containers: [{ name: 'a', image: 'nginx:1.14.2', ...rest }] })

describe('a pod that is created', () => {
  test('is filled as upstream does', () => {
    expect(created(pods, pod()).spec).toEqual({
      containers: [
        {
          name: 'a',
          image: 'nginx:1.14.2',
          resources: {},
          imagePullPolicy: 'IfNotPresent',
          terminationMessagePath: '/dev/termination-log',
          terminationMessagePolicy: 'File',
        },
      ],
      dnsPolicy: 'ClusterFirst',
      restartPolicy: 'Always',
      securityContext: {},
      terminationGracePeriodSeconds: 30,
      schedulerName: 'default-scheduler',
      enableServiceLinks: true,
    })
  })

  test('is filled only once', () => {
    const once = created(pods, withContainer({ livenessProbe: { httpGet: { port: 80 } } }))
    const twice = structuredClone(once)
    pods.defaults?.(twice)
    expect(twice).toEqual(once)
  })

  test.each([
    ['nginx', 'Always'],
    ['nginx:latest', 'Always'],
    ['localhost:5000/nginx', 'Always'],
    ['nginx:1.14.2', 'IfNotPresent'],
    ['localhost:5000/team/nginx:1', 'IfNotPresent'],
    [`nginx@sha256:${'a'.repeat(64)}`, 'IfNotPresent'],
  ])('pulls %s %s', (image, policy) => {
    expect(created(pods, pod({}, image)).spec.containers[0]?.imagePullPolicy).toBe(policy)
  })

  test('has its probes, ports and references filled', () => {
    const given = withContainer({
      ports: [{ containerPort: 80 }],
      livenessProbe: { httpGet: { port: 80 } },
      readinessProbe: { grpc: { port: 80 } },
      lifecycle: { preStop: { httpGet: { port: 80 } } },
      env: [
        { name: 'A', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
        { name: 'B', valueFrom: { resourceFieldRef: { resource: 'limits.cpu' } } },
      ],
    })
    const timing = {
      timeoutSeconds: 1,
      periodSeconds: 10,
      successThreshold: 1,
      failureThreshold: 3,
    }
    expect(created(pods, given).spec.containers[0]).toMatchObject({
      ports: [{ containerPort: 80, protocol: 'TCP' }],
      livenessProbe: { httpGet: { port: 80, path: '/', scheme: 'HTTP' }, ...timing },
      readinessProbe: { grpc: { port: 80, service: '' }, ...timing },
      lifecycle: { preStop: { httpGet: { port: 80, path: '/', scheme: 'HTTP' } } },
      env: [
        { valueFrom: { fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.name' } } },
        { valueFrom: { resourceFieldRef: { resource: 'limits.cpu', divisor: '0' } } },
      ],
    })
  })

  test('has its volumes filled', () => {
    const volumes = [
      { name: 'none' },
      { name: 'config', configMap: { name: 'c' } },
      { name: 'secret', secret: { secretName: 's' } },
      { name: 'host', hostPath: { path: '/x' } },
      { name: 'all', projected: { sources: [{ serviceAccountToken: { path: 'token' } }] } },
      {
        name: 'down',
        downwardAPI: { items: [{ path: 'l', fieldRef: { fieldPath: 'metadata.labels' } }] },
      },
    ]
    expect(created(pods, pod({ volumes })).spec.volumes).toEqual([
      { name: 'none', emptyDir: {} },
      { name: 'config', configMap: { name: 'c', defaultMode: 420 } },
      { name: 'secret', secret: { secretName: 's', defaultMode: 420 } },
      { name: 'host', hostPath: { path: '/x', type: '' } },
      {
        name: 'all',
        projected: {
          defaultMode: 420,
          sources: [{ serviceAccountToken: { path: 'token', expirationSeconds: 3600 } }],
        },
      },
      {
        name: 'down',
        downwardAPI: {
          defaultMode: 420,
          items: [{ path: 'l', fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.labels' } }],
        },
      },
    ])
  })

  test('requests what it limits, in canonical form', () => {
    const given = withContainer({
      resources: { limits: { cpu: '0.5', memory: '1024Mi' }, requests: { memory: '512Mi' } },
    })
    expect(created(pods, given).spec.containers[0]?.resources).toEqual({
      limits: { cpu: '500m', memory: '1Gi' },
      requests: { cpu: '500m', memory: '512Mi' },
    })
  })

  test.each<[string, Container['resources'], string]>([
    ['nothing asked', {}, 'BestEffort'],
    ['a request', { requests: { cpu: '1' } }, 'Burstable'],
    ['all limits', { limits: { cpu: '1', memory: '1Gi' } }, 'Guaranteed'],
    ['one limit', { limits: { cpu: '1' } }, 'Burstable'],
    [
      'limits above requests',
      { limits: { cpu: '1', memory: '1Gi' }, requests: { cpu: '500m' } },
      'Burstable',
    ],
    [
      'requests written otherwise',
      { limits: { cpu: '1', memory: '1Gi' }, requests: { cpu: '1000m', memory: '1024Mi' } },
      'Guaranteed',
    ],
  ])('with %s has its class', (_what, resources = {}, qosClass) => {
    expect(created(pods, withContainer({ resources })).status).toEqual({
      phase: 'Pending',
      qosClass,
    })
  })

  test('says that it waits behind its gates', () => {
    const given = created(pods, pod({ schedulingGates: [{ name: 'a.io/wait' }] }))
    expect(given.status?.conditions).toEqual([
      {
        type: 'PodScheduled',
        status: 'False',
        reason: 'SchedulingGated',
        message: 'Scheduling is blocked due to non-empty scheduling gates',
      },
    ])
  })

  test('on the host network takes its ports there; both names of its account are shown', () => {
    const given = pod({
      hostNetwork: true,
      serviceAccount: 'robot',
      containers: [{ name: 'a', image: 'x', ports: [{ containerPort: 80 }] }],
    })
    const { spec } = created(pods, given)
    expect(spec.containers[0]?.ports).toEqual([
      { containerPort: 80, hostPort: 80, protocol: 'TCP' },
    ])
    expect(spec.serviceAccountName).toBe('robot')
  })

  test('has the values of its own label keys in its selectors', () => {
    const given = pod({
      topologySpreadConstraints: [
        {
          maxSkew: 1,
          topologyKey: 'zone',
          whenUnsatisfiable: 'DoNotSchedule',
          labelSelector: {},
          matchLabelKeys: ['hash'],
        },
      ],
    })
    given.metadata.labels = { hash: '123' }
    expect(created(pods, given).spec.topologySpreadConstraints?.[0]?.labelSelector).toEqual({
      matchExpressions: [{ key: 'hash', operator: 'In', values: ['123'] }],
    })
  })
})

describe('a pod that is deleted', () => {
  const scheduled = { ...pod({ nodeName: 'node-1', terminationGracePeriodSeconds: 10 }) }
  test.each<[string, Pod, number | undefined, number]>([
    ['waits as its spec says', scheduled, undefined, 10],
    ['waits as the request says', scheduled, 5, 5],
    ['goes at once when the request says so', scheduled, 0, 0],
    ['waits a second for a negative wish', scheduled, -3, 1],
    ['goes at once when it has no node', pod(), undefined, 0],
    ['goes at once when it is done', { ...scheduled, status: { phase: 'Succeeded' } }, 20, 0],
    ['goes at once when it failed', { ...scheduled, status: { phase: 'Failed' } }, 20, 0],
  ])('%s', (_what, object, asked, seconds) => {
    expect(pods.gracePeriodSeconds?.(object, asked)).toBe(seconds)
  })
})

describe('an update', () => {
  const refused = (change: (object: Pod) => void, given = pod()) =>
    updateFailuresOf(pods, given, change)

  test('may change images, add tolerations and shorten the deadline', () => {
    const change = ({ spec }: Pod) => {
      spec.containers[0] = { ...spec.containers[0], name: 'a', image: 'nginx:2' }
      spec.tolerations = [{ key: 'k', operator: 'Exists' }]
      spec.activeDeadlineSeconds = 10
    }
    expect(refused(change, pod({ activeDeadlineSeconds: 20 }))).toEqual([])
  })

  test('may change nothing else, and says what it was', () => {
    const [error = ''] = refused(({ spec }) => {
      spec.hostNetwork = true
    })
    expect(error.split('\n')[0]).toBe(
      'spec: Forbidden: pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)',
    )
    expect(error).toContain('+ \tHostNetwork: true,')
  })

  test.each<[string, (object: Pod) => void, string]>([
    [
      'add containers',
      ({ spec }) => spec.containers.push({ name: 'b', image: 'b' }),
      'spec.containers: Forbidden: pod updates may not add or remove containers',
    ],
    [
      'lengthen the deadline',
      ({ spec }) => {
        spec.activeDeadlineSeconds = 99
      },
      'spec.activeDeadlineSeconds: Invalid value: 99: must be less than or equal to previous value',
    ],
    [
      'drop the deadline',
      ({ spec }) => {
        delete spec.activeDeadlineSeconds
      },
      'spec.activeDeadlineSeconds: Invalid value: "null": must not update from a positive integer to nil value',
    ],
    [
      'drop tolerations',
      ({ spec }) => {
        delete spec.tolerations
      },
      'spec.tolerations: Forbidden: existing toleration can not be modified except its tolerationSeconds',
    ],
    [
      'add gates',
      ({ spec }) => {
        spec.schedulingGates = [{ name: 'a.io/b' }]
      },
      "spec.schedulingGates[0].name: Forbidden: only deletion is allowed, but found new scheduling gate 'a.io/b'",
    ],
    [
      'change the name',
      ({ metadata }) => {
        metadata.name = 'x'
      },
      'metadata.name: Invalid value: "x": field is immutable',
    ],
  ])('may not %s', (_what, change, error) => {
    const given = pod({
      activeDeadlineSeconds: 20,
      tolerations: [{ key: 'k', operator: 'Exists' }],
    })
    expect(refused(change, given)).toEqual([error])
  })

  test('of a gated pod may only narrow its nodes', () => {
    const gated = () => pod({ schedulingGates: [{ name: 'a.io/b' }], nodeSelector: { a: 'b' } })
    const set = (nodeSelector: Record<string, string>) => (object: Pod) => {
      object.spec.nodeSelector = nodeSelector
    }
    expect(refused(set({ a: 'b', c: 'd' }), gated())).toEqual([])
    expect(refused(set({ a: 'x' }), gated())).toEqual([
      'spec.nodeSelector: Invalid value: {"a":"x"}: only additions to spec.nodeSelector are allowed (no mutations or deletions)',
    ])
  })
})

describe('the status endpoint', () => {
  test('keeps what ended ended when the pod may not restart', () => {
    const state = (running: boolean) => [
      {
        name: 'a',
        ready: false,
        restartCount: 0,
        image: '',
        imageID: '',
        state: running ? { running: {} } : { terminated: { exitCode: 0 } },
      },
    ]
    const old = { ...pod({ restartPolicy: 'Never' }), status: { containerStatuses: state(false) } }
    const next = { ...structuredClone(old), status: { containerStatuses: state(true) } }
    for (const object of [old, next]) pods.defaults?.(object)
    expect(pods.status?.validateUpdate?.(next, old)).toMatchObject([
      {
        field: 'status.containerStatuses[0].state',
        message: 'Forbidden: may not be transitioned to non-terminated state',
      },
    ])
  })

  test.each<[string, (object: Pod) => void, string]>([
    [
      'the class',
      object => {
        object.status = { qosClass: 'Guaranteed' }
      },
      'status.qosClass: Invalid value: "Guaranteed": field is immutable',
    ],
    [
      'a bad address',
      object => {
        object.status = { podIPs: [{ ip: 'x' }] }
      },
      'status.podIPs[0]: Invalid value: "x": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)',
    ],
    [
      'two addresses of a family',
      object => {
        object.status = { podIPs: [{ ip: '10.0.0.1' }, { ip: '10.0.0.2' }] }
      },
      'status.podIPs: Invalid value: [{"ip":"10.0.0.1"},{"ip":"10.0.0.2"}]: may specify no more than one IP for each IP family',
    ],
    [
      'a condition of a generation before the first',
      object => {
        object.status = {
          conditions: [{ type: 'Ready', status: 'True', observedGeneration: -1 }],
        }
      },
      'status.conditions[0].observedGeneration: Invalid value: -1: must be a non-negative integer',
    ],
    [
      'a bad condition',
      object => {
        object.status = { conditions: [{ type: '/x', status: 'True' }] }
      },
      'status.conditions[0].Type: Invalid value: "/x": prefix part must be non-empty',
    ],
  ])('refuses %s', (_what, change, error) => {
    expect(statusFailuresOf(pods, pod(), change)).toEqual([error])
  })

  test('shows the address under both names', () => {
    const object = { ...pod(), status: { podIP: '10.1.2.3' } }
    pods.defaults?.(object)
    expect(object.status).toEqual({ podIP: '10.1.2.3', podIPs: [{ ip: '10.1.2.3' }] })
  })
})

describe('ephemeral containers', () => {
  const ephemeral = pods.subresources?.['ephemeralcontainers']
  const update = (change: (object: Pod) => void, given = pod()) => {
    const old = created(pods, given)
    const next = structuredClone(old)
    change(next)
    pods.defaults?.(next)
    return ephemeral?.validateUpdate?.(next, old)
  }

  test('can be added', () => {
    const errors = update(({ spec }) => {
      spec.ephemeralContainers = [{ name: 'debug', image: 'busybox:1' }]
    })
    expect(errors).toEqual([])
  })

  test('stay as they are', () => {
    const given = pod({ ephemeralContainers: [{ name: 'debug', image: 'busybox:1' }] })
    expect(update(({ spec }) => delete spec.ephemeralContainers, given)).toMatchObject([
      { message: 'Forbidden: existing ephemeral containers "debug" may not be removed\n' },
    ])
    const change = ({ spec }: Pod) => {
      spec.ephemeralContainers = [{ name: 'debug', image: 'busybox:2' }]
    }
    const [error] = update(change, given) ?? []
    expect(error?.message).toContain('existing ephemeral containers "debug" may not be changed\n')
    expect(error?.message).toContain('+ \tImage: "busybox:2",')
  })
})

describe('a resize', () => {
  const resize = pods.subresources?.['resize']
  const given = () => withContainer({ resources: { requests: { cpu: '1' }, limits: { cpu: '2' } } })
  const failures = (resources: NonNullable<Container['resources']>) => {
    const old = created(pods, given())
    const next = structuredClone(old)
    const [container] = next.spec.containers
    if (container) container.resources = resources
    return resize?.validateUpdate?.(next, old).map(({ field, message }) => `${field}: ${message}`)
  }

  test('may change CPU and memory', () => {
    expect(failures({ requests: { cpu: '500m', memory: '1Gi' }, limits: { cpu: '3' } })).toEqual([])
  })

  test.each<[string, NonNullable<Container['resources']>, string]>([
    [
      'take a limit away',
      { requests: { cpu: '1' } },
      'spec.containers[0].resources.limits: Forbidden: resource limits cannot be removed',
    ],
    [
      'change the class',
      { requests: { cpu: '2', memory: '1Gi' }, limits: { cpu: '2', memory: '1Gi' } },
      'spec: Invalid value: "Guaranteed": Pod QOS Class may not change as a result of resizing',
    ],
    [
      'give devices',
      { requests: { cpu: '1' }, limits: { cpu: '2', 'a.io/gpu': '1' } },
      'spec: Forbidden: only cpu and memory resources are mutable',
    ],
  ])('may not %s', (_what, resources, error) => {
    expect(failures(resources)).toEqual([error])
  })
})

test('a create may not bring ephemeral containers, nor a node for a gated pod', () => {
  const given = pod({
    nodeName: 'node-1',
    schedulingGates: [{ name: 'a.io/b' }],
    ephemeralContainers: [{ name: 'debug', image: 'busybox' }],
  })
  expect(pods.validateCreate?.(given)?.map(({ field, message }) => `${field}: ${message}`)).toEqual(
    [
      'spec.ephemeralContainers: Forbidden: cannot be set on create',
      'spec.nodeName: Forbidden: cannot be set until all schedulingGates have been cleared',
    ],
  )
})

test('a valid pod is refused for nothing', () => {
  const given = withContainer({
    ports: [{ name: 'http', containerPort: 80 }],
    env: [{ name: 'A', value: 'b' }],
    volumeMounts: [{ name: 'data', mountPath: '/data' }],
    resources: { limits: { cpu: '1', 'nvidia.com/gpu': '1' } },
    livenessProbe: { httpGet: { port: 'http' } },
  })
  given.spec.volumes = [{ name: 'data' }]
  expect(failuresOf(pods, given)).toEqual([])
})

test('a pod keeps the annotations that say what it is', () => {
  const mirror = 'kubernetes.io/config.mirror'
  expect(
    updateFailuresOf(pods, pod({ nodeName: 'n' }), ({ metadata }) => {
      metadata.annotations = { [mirror]: 'a', other: 'b' }
    }),
  ).toEqual([`metadata.annotations[${mirror}]: Forbidden: may not add mirror pod annotation`])
})

test('a status names claims that the pod has, and no further node', () => {
  const bound = pod({ nodeName: 'n', resourceClaims: [{ name: 'gpu', resourceClaimName: 'gpu' }] })
  const problems = statusFailuresOf(pods, bound, object => {
    object.status = {
      ...object.status,
      nominatedNodeName: 'm',
      resourceClaimStatuses: [{ name: 'gpu' }, { name: 'tpu' }],
      hostIP: '10.0.0.1',
      hostIPs: [{ ip: '10.0.0.2' }],
    }
  })
  expect(problems).toEqual([
    'status.nominatedNodeName: Forbidden: may not be set on pods that are already bound to a node',
    'status.resourceClaimStatuses[1].name: Invalid value: "tpu": must match the name of an entry in `spec.resourceClaims`',
    'status.hostIPs[0].ip: Invalid value: "10.0.0.2": must be equal to `hostIP`',
  ])
})
