import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { eventually } from '../../support/eventually.ts'
import { http } from '../../support/http.ts'
import { kubectlOutput, splitCommand } from '../../support/kubectl.ts'
import { startCluster, type TestCluster } from '../../support/start-cluster.ts'

let cluster: TestCluster

beforeAll(async () => {
  cluster = await startCluster({ controllers: false })
  await send('POST', '/api/v1/namespaces/default/serviceaccounts', {
    metadata: { name: 'default' },
  })
})
afterAll(async () => {
  await cluster?.[Symbol.asyncDispose]()
})

const send = (method: string, target: string, body?: object) =>
  http(cluster.controlPlane, method, target, {
    headers: { 'content-type': 'application/json' },
    ...(body ? { body: JSON.stringify(body) } : {}),
  })
const run = (command: string, input?: string) =>
  kubectlOutput(cluster.kubeconfig, splitCommand(command), input ? { input } : {})

const certificateRequest = (name: string) =>
  readFileSync(`test/fixtures/certificate-requests/${name}.pem`).toString('base64')

const template = {
  metadata: { labels: { app: 'web' } },
  spec: { containers: [{ name: 'main', image: 'nginx' }] },
}

/** An object of each kind, what `get` prints of it below which heading, and a line of what `describe` prints. */
const examples: [
  resource: string,
  object: Record<string, unknown> & { kind: string; metadata: { name: string } },
  heading: RegExp,
  row: RegExp,
  described: RegExp,
][] = [
  [
    'rc',
    {
      apiVersion: 'v1',
      kind: 'ReplicationController',
      metadata: { name: 'example' },
      spec: { replicas: 2, template },
    },
    /^NAME +DESIRED +CURRENT +READY +AGE +CONTAINERS +IMAGES +SELECTOR$/,
    /^example +2 +0 +0 +\d+s +main +nginx +app=web$/,
    /^Replicas: +0 current \/ 2 desired$/m,
  ],
  [
    'podtemplates',
    { apiVersion: 'v1', kind: 'PodTemplate', metadata: { name: 'example' }, template },
    /^NAME +CONTAINERS +IMAGES +POD LABELS$/,
    /^example +main +nginx +app=web$/,
    /^Template:$/m,
  ],
  [
    'runtimeclasses',
    {
      apiVersion: 'node.k8s.io/v1',
      kind: 'RuntimeClass',
      metadata: { name: 'example' },
      handler: 'runc',
    },
    /^NAME +HANDLER +AGE$/,
    /^example +runc +\d+s$/,
    /^Handler: +runc$/m,
  ],
  [
    'flowschemas',
    {
      apiVersion: 'flowcontrol.apiserver.k8s.io/v1',
      kind: 'FlowSchema',
      metadata: { name: 'example' },
      spec: {
        priorityLevelConfiguration: { name: 'workload-low' },
        rules: [
          {
            subjects: [{ kind: 'User', user: { name: 'jane' } }],
            nonResourceRules: [{ verbs: ['*'], nonResourceURLs: ['*'] }],
          },
        ],
      },
    },
    /^NAME +PRIORITYLEVEL +MATCHINGPRECEDENCE +DISTINGUISHERMETHOD +AGE +MISSINGPL$/,
    /^example +workload-low +1000 +<none> +\d+s +(False|[?])$/,
    /^ +Matching Precedence: +1000$/m,
  ],
  [
    'prioritylevelconfigurations',
    {
      apiVersion: 'flowcontrol.apiserver.k8s.io/v1',
      kind: 'PriorityLevelConfiguration',
      metadata: { name: 'example' },
      spec: {
        type: 'Limited',
        limited: { limitResponse: { type: 'Queue', queuing: {} } },
      },
    },
    /^NAME +TYPE +NOMINALCONCURRENCYSHARES +QUEUES +HANDSIZE +QUEUELENGTHLIMIT +AGE$/,
    /^example +Limited +30 +64 +8 +50 +\d+s$/,
    /^ +Hand Size: +8$/m,
  ],
  [
    'csr',
    {
      apiVersion: 'certificates.k8s.io/v1',
      kind: 'CertificateSigningRequest',
      metadata: { name: 'example' },
      spec: {
        request: certificateRequest('developer'),
        signerName: 'example.com/clients',
        usages: ['client auth'],
        expirationSeconds: 3600,
      },
    },
    /^NAME +AGE +SIGNERNAME +REQUESTOR +REQUESTEDDURATION +CONDITION$/,
    /^example +\d+s +example.com\/clients +kubernetes-admin +60m +Pending$/,
    /^Status: +Pending$/m,
  ],
  [
    'mutatingwebhookconfigurations',
    {
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'MutatingWebhookConfiguration',
      metadata: { name: 'example' },
      webhooks: [
        {
          name: 'pods.example.com',
          clientConfig: { url: 'https://hook.example.com' },
          sideEffects: 'None',
          admissionReviewVersions: ['v1'],
        },
      ],
    },
    /^NAME +WEBHOOKS +AGE$/,
    /^example +1 +\d+s$/,
    /^ +Side Effects: +None$/m,
  ],
  [
    'validatingwebhookconfigurations',
    {
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'ValidatingWebhookConfiguration',
      metadata: { name: 'example' },
      webhooks: [
        {
          name: 'pods.example.com',
          clientConfig: { url: 'https://hook.example.com' },
          sideEffects: 'None',
          admissionReviewVersions: ['v1'],
        },
      ],
    },
    /^NAME +WEBHOOKS +AGE$/,
    /^example +1 +\d+s$/,
    /^ +Side Effects: +None$/m,
  ],
  [
    'validatingadmissionpolicies',
    {
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'ValidatingAdmissionPolicy',
      metadata: { name: 'example' },
      spec: {
        matchConstraints: {
          resourceRules: [
            {
              operations: ['CREATE'],
              apiGroups: ['apps'],
              apiVersions: ['v1'],
              resources: ['deployments'],
            },
          ],
        },
        validations: [{ expression: 'object.spec.replicas <= 5' }],
      },
    },
    /^NAME +VALIDATIONS +PARAMKIND +AGE$/,
    /^example +1 +<unset> +\d+s$/,
    /^ +Failure Policy: +Fail$/m,
  ],
  [
    'validatingadmissionpolicybindings',
    {
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'ValidatingAdmissionPolicyBinding',
      metadata: { name: 'example' },
      spec: { policyName: 'example', validationActions: ['Deny'] },
    },
    /^NAME +POLICYNAME +PARAMREF +AGE$/,
    /^example +example +<unset> +\d+s$/,
    /^ +Policy Name: +example$/m,
  ],
  [
    'netpol',
    {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name: 'example' },
      spec: { podSelector: { matchLabels: { app: 'web' } } },
    },
    /^NAME +POD-SELECTOR +AGE$/,
    /^example +app=web +\d+s$/,
    /^ +PodSelector: +app=web$/m,
  ],
  [
    'csidrivers',
    { apiVersion: 'storage.k8s.io/v1', kind: 'CSIDriver', metadata: { name: 'example' }, spec: {} },
    /^NAME +ATTACHREQUIRED +PODINFOONMOUNT +STORAGECAPACITY +TOKENREQUESTS +REQUIRESREPUBLISH +MODES +AGE$/,
    /^example +true +false +false +<unset> +false +Persistent +\d+s$/,
    /^ +Attach Required: +true$/m,
  ],
  [
    'csinodes',
    {
      apiVersion: 'storage.k8s.io/v1',
      kind: 'CSINode',
      metadata: { name: 'example' },
      spec: { drivers: [{ name: 'csi.example.com', nodeID: 'a' }] },
    },
    /^NAME +DRIVERS +AGE$/,
    /^example +1 +\d+s$/,
    /csi.example.com:$/m,
  ],
  [
    'csistoragecapacities',
    {
      apiVersion: 'storage.k8s.io/v1',
      kind: 'CSIStorageCapacity',
      metadata: { name: 'example' },
      storageClassName: 'standard',
      capacity: '10Gi',
    },
    /^NAME +CREATED AT$/,
    /^example +\d{4}-\d\d-\d\dT[\d:]+Z$/,
    /^Capacity: +10Gi$/m,
  ],
  [
    'volumeattachments',
    {
      apiVersion: 'storage.k8s.io/v1',
      kind: 'VolumeAttachment',
      metadata: { name: 'example' },
      spec: {
        attacher: 'csi.example.com',
        nodeName: 'node-1',
        source: { persistentVolumeName: 'pv-1' },
      },
    },
    /^NAME +ATTACHER +PV +NODE +ATTACHED +AGE$/,
    /^example +csi.example.com +pv-1 +node-1 +false +\d+s$/,
    /^ +Attacher: +csi.example.com$/m,
  ],
  [
    'vac',
    {
      apiVersion: 'storage.k8s.io/v1',
      kind: 'VolumeAttributesClass',
      metadata: { name: 'example' },
      driverName: 'csi.example.com',
      parameters: { iops: '5' },
    },
    /^NAME +DRIVERNAME +AGE$/,
    /^example +csi.example.com +\d+s$/,
    /^DriverName: +csi.example.com$/m,
  ],
  [
    'deviceclasses',
    {
      apiVersion: 'resource.k8s.io/v1',
      kind: 'DeviceClass',
      metadata: { name: 'example' },
      spec: { selectors: [{ cel: { expression: 'true' } }] },
    },
    /^NAME +AGE$/,
    /^example +\d+s$/,
    /^ +Expression: +true$/m,
  ],
  [
    'resourceclaims',
    {
      apiVersion: 'resource.k8s.io/v1',
      kind: 'ResourceClaim',
      metadata: { name: 'example' },
      spec: { devices: { requests: [{ name: 'a', exactly: { deviceClassName: 'gpu' } }] } },
    },
    /^NAME +STATE +AGE$/,
    /^example +pending +\d+s$/,
    /^ +Device Class Name: +gpu$/m,
  ],
  [
    'resourceclaimtemplates',
    {
      apiVersion: 'resource.k8s.io/v1',
      kind: 'ResourceClaimTemplate',
      metadata: { name: 'example' },
      spec: {
        spec: { devices: { requests: [{ name: 'a', exactly: { deviceClassName: 'gpu' } }] } },
      },
    },
    /^NAME +AGE$/,
    /^example +\d+s$/,
    /^ +Device Class Name: +gpu$/m,
  ],
  [
    'resourceslices',
    {
      apiVersion: 'resource.k8s.io/v1',
      kind: 'ResourceSlice',
      metadata: { name: 'example' },
      spec: {
        driver: 'gpu.example.com',
        nodeName: 'node-1',
        pool: { name: 'node-1', generation: 1, resourceSliceCount: 1 },
      },
    },
    /^NAME +NODE +DRIVER +POOL +AGE$/,
    /^example +node-1 +gpu.example.com +node-1 +\d+s$/,
    /^ +Driver: +gpu.example.com$/m,
  ],
  [
    'ipaddresses',
    {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'IPAddress',
      metadata: { name: '192.168.7.7' },
      spec: { parentRef: { resource: 'services', namespace: 'default', name: 'none' } },
    },
    /^NAME +PARENTREF$/,
    /^192.168.7.7 +services[/]default[/]none$/,
    /^Parent Reference:$/m,
  ],
  [
    'servicecidrs',
    {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'ServiceCIDR',
      metadata: { name: 'example' },
      spec: { cidrs: ['192.168.7.0/24'] },
    },
    /^NAME +CIDRS +AGE$/,
    /^example +192.168.7.0[/]24 +\d+s$/,
    /^CIDRs: +192.168.7.0[/]24$/m,
  ],
]

describe.each(examples)('%s', (resource, object, heading, row, described) => {
  test('is applied, printed, described, explained and deleted by kubectl', async () => {
    await run('apply -f -', JSON.stringify(object))
    const { name } = object.metadata
    const table = await run(`get ${resource} ${name} -o wide`)
    const [first = '', second = ''] = table.split('\n').map(line => line.trimEnd())
    expect(first).toMatch(heading)
    expect(second).toMatch(row)
    expect(await run(`describe ${resource} ${name}`)).toMatch(described)
    expect(await run(`explain ${resource}`)).toContain(`KIND:       ${object.kind}`)
    expect(await run(`delete ${resource} ${name} --wait=false`)).toContain('deleted')
  })
})

test('a replication controller is scaled', async () => {
  const path = '/api/v1/namespaces/default/replicationcontrollers'
  await send('POST', path, { metadata: { name: 'scaled' }, spec: { replicas: 1, template } })
  expect(await run('scale rc scaled --replicas=3')).toContain('scaled')
  const { json } = await send('GET', `${path}/scaled/scale`)
  expect(json).toMatchObject({ spec: { replicas: 3 }, status: { selector: 'app=web' } })
})

describe('pods of a runtime class', () => {
  const pods = '/api/v1/namespaces/default/pods'
  const pod = (name: string, spec: object) => ({
    metadata: { name },
    spec: { ...template.spec, runtimeClassName: 'costly', ...spec },
  })

  beforeAll(async () => {
    const made = await send('POST', '/apis/node.k8s.io/v1/runtimeclasses', {
      metadata: { name: 'costly' },
      handler: 'runc',
      overhead: { podFixed: { cpu: '250m' } },
      scheduling: {
        nodeSelector: { sandbox: 'yes' },
        tolerations: [{ key: 'sandbox', operator: 'Exists' }],
      },
    })
    expect(made.status).toBe(201)
  })

  test('get what it costs and where it runs', async () => {
    const tolerations = [{ key: 'sandbox', operator: 'Equal', value: 'a' }]
    const { json } = await send('POST', pods, pod('merged', { tolerations }))
    expect(json.spec).toMatchObject({ overhead: { cpu: '250m' }, nodeSelector: { sandbox: 'yes' } })
    const keys = json.spec.tolerations.filter(({ key }: { key: string }) => key === 'sandbox')
    expect(keys).toEqual([{ key: 'sandbox', operator: 'Exists' }])
  })

  test.each<[string, object, string]>([
    [
      'an unknown class',
      { runtimeClassName: 'other' },
      'pod rejected: RuntimeClass "other" not found',
    ],
    [
      'other overhead',
      { overhead: { cpu: '1' } },
      "pod rejected: Pod's Overhead doesn't match RuntimeClass's defined Overhead",
    ],
    [
      'overhead but no class',
      { runtimeClassName: undefined, overhead: { cpu: '1' } },
      'pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead',
    ],
    [
      'a conflicting node selector',
      { nodeSelector: { sandbox: 'no' } },
      'conflict: runtimeClass.scheduling.nodeSelector[sandbox] = yes; pod.spec.nodeSelector[sandbox] = no',
    ],
  ])('with %s are refused', async (_, spec, reason) => {
    const { status, json } = await send('POST', pods, pod('refused', spec))
    expect(status).toBe(403)
    expect(json.message).toBe(`pods "refused" is forbidden: ${reason}`)
  })
})

describe('flow control', () => {
  const path = '/apis/flowcontrol.apiserver.k8s.io/v1'
  const danglingOf = async (name: string) => {
    const { json } = await send('GET', `${path}/flowschemas/${name}`)
    return json.status?.conditions?.find(({ type }: { type: string }) => type === 'Dangling')
  }

  test('every cluster begins with upstream schemas and levels', async () => {
    const schemas = await run('get flowschemas --no-headers')
    expect(schemas.trim().split('\n')).toHaveLength(11)
    expect(schemas).toMatch(/^system-nodes +system +500 +ByUser +\d+s +False$/m)
    expect(await run('get prioritylevelconfigurations -o name')).toContain('/node-high')
  })

  test('a schema tells whether its level exists', async () => {
    const spec = { priorityLevelConfiguration: { name: 'later' } }
    const made = await send('POST', `${path}/flowschemas`, { metadata: { name: 'waits' }, spec })
    expect(made.headers['warning']).toMatch(/^299 - "this API server limits the number/)
    await eventually(async () => {
      expect(await danglingOf('waits')).toMatchObject({ status: 'True', reason: 'NotFound' })
    })
    await send('POST', `${path}/prioritylevelconfigurations`, {
      metadata: { name: 'later' },
      spec: { type: 'Limited', limited: { limitResponse: { type: 'Reject' } } },
    })
    await eventually(async () => {
      expect(await danglingOf('waits')).toMatchObject({ status: 'False', reason: 'Found' })
    })
  })

  test('what is mandatory comes back', async () => {
    const before = await send('GET', `${path}/flowschemas/catch-all`)
    await send('DELETE', `${path}/flowschemas/catch-all`)
    await eventually(async () => {
      const { json } = await send('GET', `${path}/flowschemas/catch-all`)
      expect(json.metadata?.uid).toBeDefined()
      expect(json.metadata.uid).not.toBe(before.json.metadata.uid)
    })
  })
})

describe('certificate signing requests', () => {
  const path = '/apis/certificates.k8s.io/v1/certificatesigningrequests'
  const ask = (name: string, signerName: string, of = 'developer') =>
    send('POST', path, {
      metadata: { name },
      spec: { request: certificateRequest(of), signerName, usages: ['client auth'] },
    })

  test('are approved and denied by kubectl', async () => {
    await ask('approved', 'example.com/clients')
    await ask('denied', 'example.com/clients')
    expect(await run('certificate approve approved')).toContain('approved approved')
    expect(await run('certificate deny denied')).toContain('denied denied')
    const table = await run('get csr --field-selector spec.signerName=example.com/clients')
    expect(table).toMatch(/^approved .* Approved$/m)
    expect(table).toMatch(/^denied .* Denied$/m)
  })

  test('are approved by nobody who may not', async () => {
    const user = { name: 'jane', groups: ['system:authenticated'] }
    const jane = cluster.controlPlane.transport(user)
    await ask('undecided', 'example.com/clients')
    await run('create clusterrole decider --verb=get,update --resource=csr,csr/approval')
    await run('create clusterrolebinding decider --clusterrole=decider --user=jane')
    const read = await jane.request({ method: 'GET', path: `${path}/undecided` })
    const body = {
      ...(await read.json<object>()),
      status: { conditions: [{ type: 'Approved', status: 'True' }] },
    }
    await expect(
      jane.request({ method: 'PUT', path: `${path}/undecided/approval`, body }),
    ).rejects.toThrow(
      'user not permitted to approve requests with signerName "example.com/clients"',
    )
  })

  test('make no administrators', async () => {
    const { json, status } = await ask(
      'admin',
      'kubernetes.io/kube-apiserver-client',
      'administrator',
    )
    expect(status).toBe(403)
    expect(json.message).toContain(
      'use of kubernetes.io/kube-apiserver-client signer with system:masters group is not allowed',
    )
  })
})

test('component statuses are those of the one process', async () => {
  const table = await run('get componentstatuses')
  expect(table).toMatch(/^NAME +STATUS +MESSAGE +ERROR *$/m)
  expect(table).toMatch(/^etcd-0 +Healthy +ok *$/m)
  const { headers } = await send('GET', '/api/v1/componentstatuses/scheduler')
  expect(headers['warning']).toBe('299 - "v1 ComponentStatus is deprecated in v1.19+"')
})

describe('API services', () => {
  test('list what the server serves by itself', async () => {
    await eventually(async () => {
      const table = await run('get apiservices')
      expect(table).toMatch(/^v1[.] +Local +True +\d+s$/m)
      expect(table).toMatch(/^v2.autoscaling +Local +True +\d+s$/m)
      expect(table).toMatch(/^v1beta1.metrics.k8s.io +Local +True +\d+s$/m)
    })
    const { json } = await send('GET', '/apis/apiregistration.k8s.io/v1/apiservices/v1.apps')
    expect(json).toMatchObject({
      metadata: { labels: { 'kube-aggregator.kubernetes.io/automanaged': 'onstart' } },
      spec: { group: 'apps', version: 'v1', groupPriorityMinimum: 17_800, versionPriority: 15 },
    })
    expect(await run('describe apiservice v1.apps')).toMatch(/^ +Reason: +Local$/m)
  })

  test('come and go with custom kinds', async () => {
    const path = '/apis/apiregistration.k8s.io/v1/apiservices/v1.example.com'
    const definitions = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions'
    await send('POST', definitions, {
      metadata: { name: 'toys.example.com' },
      spec: {
        group: 'example.com',
        names: { plural: 'toys', kind: 'Toy' },
        scope: 'Namespaced',
        versions: [
          {
            name: 'v1',
            served: true,
            storage: true,
            schema: { openAPIV3Schema: { type: 'object' } },
          },
        ],
      },
    })
    await eventually(async () => expect((await send('GET', path)).status).toBe(200))
    await send('DELETE', `${definitions}/toys.example.com`)
    await eventually(async () => expect((await send('GET', path)).status).toBe(404))
  })
})

describe('addresses of Services', () => {
  const addresses = '/apis/networking.k8s.io/v1/ipaddresses'
  const ranges = '/apis/networking.k8s.io/v1/servicecidrs'
  const services = '/api/v1/namespaces/default/services'
  const createService = (name: string, clusterIP?: string) =>
    send('POST', services, {
      metadata: { name },
      spec: { ports: [{ port: 80 }], ...(clusterIP ? { clusterIP } : {}) },
    })
  const gone = (path: string) =>
    eventually(async () => expect((await send('GET', path)).status).toBe(404))

  test('have IPAddresses, which go with their Service', async () => {
    const { json } = await createService('addressed')
    const path = `${addresses}/${json.spec.clusterIP}`
    await eventually(async () => {
      const { json } = await send('GET', path)
      expect(json).toMatchObject({
        metadata: {
          labels: {
            'ipaddress.kubernetes.io/ip-family': 'IPv4',
            'ipaddress.kubernetes.io/managed-by': 'ipallocator.k8s.io',
          },
        },
        spec: { parentRef: { resource: 'services', namespace: 'default', name: 'addressed' } },
      })
    })
    expect(await run(`get ip ${json.spec.clusterIP}`)).toMatch(/services\/default\/addressed/)
    await send('DELETE', path)
    await eventually(async () => expect((await send('GET', path)).status).toBe(200))
    await send('DELETE', `${services}/addressed`)
    await gone(path)
  })

  test('are not given when an IPAddress of somebody else names them', async () => {
    const metadata = { name: '10.96.77.77' }
    const parentRef = { group: 'gateway.example.com', resource: 'gateways', name: 'one' }
    expect((await send('POST', addresses, { metadata, spec: { parentRef } })).status).toBe(201)
    const refused = await createService('wants', '10.96.77.77')
    expect(refused.status).toBe(422)
    expect(refused.json.message).toContain('provided IP is already allocated')
    await send('DELETE', `${addresses}/10.96.77.77`)
    expect((await createService('wants', '10.96.77.77')).status).toBe(201)
  })

  test('come from further ranges too, which are let go when they are empty', async () => {
    const table = await run('get servicecidrs')
    expect(table).toMatch(/^kubernetes +10.96.0.0\/16 +\d+s$/m)
    const outside = await createService('outside', '10.200.0.7')
    expect(outside.status).toBe(422)
    await send('POST', ranges, {
      metadata: { name: 'more' },
      spec: { cidrs: ['10.200.0.0/28'] },
    })
    await eventually(async () => {
      const { json } = await send('GET', `${ranges}/more`)
      expect(json.status?.conditions).toMatchObject([
        { type: 'Ready', status: 'True', message: 'Kubernetes Service CIDR is ready' },
      ])
      expect(json.metadata.finalizers).toEqual(['networking.k8s.io/service-cidr-finalizer'])
    })
    expect((await createService('outside', '10.200.0.7')).json.spec.clusterIP).toBe('10.200.0.7')
    await eventually(async () => {
      expect((await send('GET', `${addresses}/10.200.0.7`)).status).toBe(200)
    })
    await send('DELETE', `${ranges}/more`)
    await eventually(async () => {
      const { json } = await send('GET', `${ranges}/more`)
      expect(json.status?.conditions).toMatchObject([{ status: 'False', reason: 'Terminating' }])
    })
    expect((await createService('late', '10.200.0.8')).status).toBe(422)
    await send('DELETE', `${services}/outside`)
    await gone(`${ranges}/more`)
  })
})

describe('a claim', () => {
  const claims = '/api/v1/namespaces/default/persistentvolumeclaims'
  const merge = async (target: string, body: object) => {
    const { controlPlane } = cluster
    const headers = { 'content-type': 'application/merge-patch+json' }
    return http(controlPlane, 'PATCH', target, { headers, body: JSON.stringify(body) })
  }
  const grow = (name: string) =>
    merge(`${claims}/${name}`, { spec: { resources: { requests: { storage: '2Gi' } } } })

  test('grows once it is bound, when its class allows it', async () => {
    for (const [name, allowVolumeExpansion] of Object.entries({ elastic: true, stiff: false })) {
      await send('POST', '/apis/storage.k8s.io/v1/storageclasses', {
        metadata: { name },
        provisioner: 'example.com/disk',
        allowVolumeExpansion,
      })
    }
    for (const [name, storageClassName] of Object.entries({ one: 'elastic', two: 'stiff' })) {
      await send('POST', claims, {
        metadata: { name },
        spec: {
          storageClassName,
          accessModes: ['ReadWriteOnce'],
          resources: { requests: { storage: '1Gi' } },
        },
      })
      if (name === 'one') {
        expect((await grow(name)).json.message).toContain('spec is immutable after creation')
      }
      const status = { phase: 'Bound', capacity: { storage: '1Gi' } }
      await merge(`${claims}/${name}/status`, { status })
    }
    expect((await grow('one')).status).toBe(200)
    const refused = await grow('two')
    expect(refused.status).toBe(403)
    expect(refused.json.message).toBe(
      'persistentvolumeclaims "two" is forbidden: only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize',
    )
  })
})

test('a claim looks behind the backs of others only in a namespace that is marked for it', async () => {
  const request = { name: 'all', exactly: { deviceClassName: 'gpu', adminAccess: true } }
  const claim = { metadata: { name: 'watcher' }, spec: { devices: { requests: [request] } } }
  const create = (namespace: string) =>
    send('POST', `/apis/resource.k8s.io/v1/namespaces/${namespace}/resourceclaims`, claim)
  const refused = await create('default')
  expect(refused.status).toBe(422)
  expect(refused.json.details.causes).toEqual([
    {
      reason: 'FieldValueForbidden',
      field: 'spec.devices.requests[0].adminAccess',
      message:
        'Forbidden: admin access to devices requires the `resource.kubernetes.io/admin-access: true` label on the containing namespace',
    },
  ])
  const labels = { 'resource.kubernetes.io/admin-access': 'true' }
  await send('POST', '/api/v1/namespaces', { metadata: { name: 'watchers', labels } })
  expect((await create('watchers')).status).toBe(201)
})
