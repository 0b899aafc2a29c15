import type { EventRow, ObjectBody, ObjectName, WhyPanel, WriteResult } from '#contract/objects.ts'
import type { TableRow } from '#contract/tables.ts'

const kinds: Record<string, string> = {
  pods: 'Pod',
  deployments: 'Deployment',
  replicasets: 'ReplicaSet',
  services: 'Service',
  configmaps: 'ConfigMap',
  secrets: 'Secret',
  nodes: 'Node',
  namespaces: 'Namespace',
  events: 'Event',
}
const ago = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString()

/** A body that fits the row, as a server would have it. */
export function fakeBody(object: ObjectName, row: TableRow): ObjectBody {
  const { resource, group, version } = object.resource
  return {
    apiVersion: group ? `${group}/${version}` : version,
    kind: kinds[resource] ?? resource,
    metadata: {
      name: row.name,
      ...(row.namespace && { namespace: row.namespace }),
      uid: row.uid,
      resourceVersion: '48161',
      creationTimestamp: row.created,
      labels: row.labels ?? {},
      ...(row.owner && {
        ownerReferences: [{ apiVersion: 'apps/v1', ...row.owner, uid: 'o', controller: true }],
      }),
    },
    ...(resource === 'pods' && podBody(row)),
    ...(resource === 'deployments' && deploymentBody(row)),
    ...(resource === 'services' && {
      spec: {
        type: row.cells[1],
        clusterIP: row.cells[2],
        ports: [{ name: 'http', port: 80, targetPort: 8080, nodePort: 31515, protocol: 'TCP' }],
        selector: { app: row.name },
      },
    }),
    ...(resource === 'secrets' && { type: 'Opaque', data: { username: '', password: '' } }),
    ...(resource === 'configmaps' && {
      data: { 'flags.yaml': 'express-pay: true\nguest-checkout: false\n', LOG_LEVEL: 'info' },
    }),
    ...(resource === 'nodes' && nodeBody()),
    ...(resource === 'namespaces' && { status: { phase: 'Active' } }),
  }
}

function podBody(row: TableRow): ObjectBody {
  const squares = row.containers ?? []
  const one = (init: boolean) => squares.filter(square => square.init === init)
  const spec = (init: boolean) =>
    one(init).map(({ name }) => ({
      name,
      image: `ghcr.io/acme/${name}:4.2.0`,
      ports: init ? [] : [{ containerPort: 8080, name: 'http' }],
    }))
  const status = (init: boolean) =>
    one(init).map(({ name, state, restarts }) => ({
      name,
      ready: state === 'ready',
      restartCount: restarts,
      image: `ghcr.io/acme/${name}:4.2.0`,
      state:
        state === 'failed'
          ? {
              waiting: {
                reason: 'CrashLoopBackOff',
                message: 'back-off 5m0s restarting failed container',
              },
            }
          : state === 'ended'
            ? { terminated: { exitCode: 0, reason: 'Completed' } }
            : state === 'ready' || state === 'not-ready'
              ? { running: { startedAt: ago(34) } }
              : { waiting: { reason: 'ContainerCreating' } },
      ...(state === 'failed' && {
        lastState: { terminated: { exitCode: 1, reason: 'Error', finishedAt: ago(2) } },
      }),
    }))
  const ok = row.status?.tone === 'ok'
  const condition = (type: string, good: boolean, message = '') => ({
    type,
    status: good ? 'True' : 'False',
    lastTransitionTime: ago(34),
    ...(message && { message, reason: 'ContainersNotReady' }),
  })
  return {
    spec: {
      nodeName: 'local',
      serviceAccountName: 'checkout',
      containers: spec(false),
      initContainers: spec(true),
      restartPolicy: 'Always',
    },
    status: {
      phase: row.status?.word === 'Pending' ? 'Pending' : 'Running',
      podIP: row.cells[5],
      hostIP: '10.244.0.1',
      qosClass: 'Burstable',
      conditions: [
        condition('PodScheduled', true),
        condition('Initialized', true),
        condition('ContainersReady', ok, ok ? '' : 'containers with unready status: [api]'),
        condition('Ready', ok, ok ? '' : 'containers with unready status: [api]'),
      ],
      containerStatuses: status(false),
      initContainerStatuses: status(true),
    },
  }
}

function deploymentBody(row: TableRow): ObjectBody {
  const [ready = '0', wanted = '0'] = String(row.cells[1]).split('/')
  const available = ready === wanted ? 'True' : 'False'
  return {
    spec: {
      replicas: Number(wanted),
      selector: { matchLabels: row.labels },
      template: {
        metadata: { labels: row.labels },
        spec: { containers: [{ name: 'api', image: `ghcr.io/acme/${row.name}:4.2.0` }] },
      },
      strategy: {
        type: 'RollingUpdate',
        rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' },
      },
    },
    status: {
      replicas: Number(wanted),
      readyReplicas: Number(ready),
      availableReplicas: Number(ready),
      updatedReplicas: Number(wanted),
      conditions: [
        {
          type: 'Available',
          status: available,
          reason: 'MinimumReplicasUnavailable',
          message: 'Deployment does not have minimum availability.',
          lastTransitionTime: ago(34),
        },
        {
          type: 'Progressing',
          status: 'True',
          reason: 'NewReplicaSetAvailable',
          lastTransitionTime: ago(34),
        },
      ],
    },
  }
}

const nodeBody = (): ObjectBody => ({
  spec: {},
  status: {
    conditions: [
      {
        type: 'Ready',
        status: 'True',
        reason: 'KubeletReady',
        message: 'kubelet is posting ready status',
        lastTransitionTime: ago(4000),
      },
      {
        type: 'MemoryPressure',
        status: 'False',
        reason: 'KubeletHasSufficientMemory',
        lastTransitionTime: ago(4000),
      },
    ],
    addresses: [
      { type: 'InternalIP', address: '10.244.0.1' },
      { type: 'Hostname', address: 'local' },
    ],
    capacity: { cpu: '10', memory: '25165824Ki', pods: '110' },
    allocatable: { cpu: '10', memory: '24117248Ki', pods: '110' },
    nodeInfo: {
      kubeletVersion: 'v1.35.2',
      osImage: 'Debian GNU/Linux 12',
      kernelVersion: '6.1.0',
      containerRuntimeVersion: 'docker://28.3',
      architecture: 'amd64',
      operatingSystem: 'linux',
    },
  },
})

/** Why an object is in trouble, in the sentences that the core has for it. */
export function fakeWhy(row: TableRow): WhyPanel | null {
  if (row.status?.word === 'CrashLoopBackOff') return crashing()
  if (row.name === 'checkout-api' && row.status?.word === 'Unavailable') {
    const pod = 'checkout-api-7d9c6b5f4d-x2k8p'
    return crashing({ tone: 'bad', kind: 'Pod', name: pod, evidence: 'Running' })
  }
  if (row.status?.word === 'ImagePullBackOff') {
    const image = 'ghcr.io/acme/search-indexer:2.14.1'
    return {
      sentence: `The image ${image} cannot be had.`,
      certain: true,
      chain: [
        { tone: 'bad', kind: 'Container', name: 'api', evidence: 'ImagePullBackOff' },
        {
          tone: 'bad',
          kind: 'Event',
          name: 'Failed',
          evidence: `Failed to pull image "${image}": manifest unknown`,
        },
      ],
      mend: { what: 'image', container: 'api', value: image },
    }
  }
  if (row.status?.tone !== 'bad') return null
  return {
    sentence: `${row.name} is in trouble, and nothing says why yet.`,
    certain: false,
    chain: [
      {
        tone: 'bad',
        kind: 'Object',
        name: row.name,
        evidence: row.status.message ?? row.status.word,
      },
    ],
  }
}

export const fakeEvents = (row: TableRow): EventRow[] => {
  const event = (
    type: string,
    reason: string,
    message: string,
    count: number,
    minutes: number,
  ): EventRow => ({
    uid: reason + message,
    type,
    reason,
    message,
    count,
    last: ago(minutes),
    first: ago(34),
    source: 'kubelet',
    object: { kind: 'Pod', name: row.name, ...(row.namespace && { namespace: row.namespace }) },
  })
  return [
    event('Warning', 'BackOff', 'Back-off restarting failed container api in pod', 148, 0.4),
    event('Normal', 'Created', 'Container created', 12, 2),
    event(
      'Normal',
      'Pulled',
      'Container image "checkout-api:4.2.0" already present on machine',
      12,
      2,
    ),
    event(
      'Normal',
      'Scheduled',
      `Successfully assigned ${row.namespace}/${row.name} to local`,
      1,
      34,
    ),
  ]
}

/** Plain YAML for plain data: enough for an editor to show. */
export function toYaml(value: unknown, indent = ''): string {
  if (Array.isArray(value)) {
    return value.map(item => `${indent}- ${toYaml(item, `${indent}  `).trimStart()}`).join('')
  }
  if (typeof value === 'object' && value) {
    return (
      Object.entries(value)
        .map(([key, item]) => {
          const nested = typeof item === 'object' && item && Object.keys(item).length
          return nested
            ? `${indent}${key}:\n${toYaml(item, Array.isArray(item) ? indent : `${indent}  `)}`
            : `${indent}${key}: ${toYaml(item).trimEnd()}\n`
        })
        .join('') || `${indent}{}\n`
    )
  }
  const text = String(value)
  if (text.includes('\n'))
    return `|\n${text
      .split('\n')
      .map(line => `${indent}  ${line}`)
      .join('\n')}\n`
  return `${typeof value === 'string' && (text === '' || /[:#{}]\s|^[\d\s"'[{]|^(true|false|null)$/.test(text)) ? JSON.stringify(text) : text}\n`
}

export function written(
  object: Pick<ObjectName, 'name' | 'namespace' | 'resource'>,
  outcome: WriteResult['outcome'],
  extra: Partial<WriteResult> = {},
): WriteResult {
  return {
    kind: kinds[object.resource.resource] ?? object.resource.resource,
    name: object.name,
    ...(object.namespace && { namespace: object.namespace }),
    outcome,
    warnings: [],
    ...extra,
  }
}

const crashing = (...before: WhyPanel['chain']): WhyPanel => ({
  sentence: 'api exits with code 1 about 2 s after each start.',
  certain: true,
  chain: [
    ...before,
    {
      tone: 'bad',
      kind: 'Container',
      name: 'api',
      evidence: 'Error, exit code 1, 11 restarts',
    },
    {
      tone: 'bad',
      kind: 'Last line',
      name: 'api',
      evidence: 'connect ECONNREFUSED 10.96.41.7:5432',
    },
  ],
})
