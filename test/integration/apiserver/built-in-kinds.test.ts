import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { kubectlOutput, splitCommand } from '../../support/kubectl.ts'
import { RestClient } from '../../support/rest-client.ts'
import { sampleObject } from '../../support/sample-objects.ts'
import { startCluster, type TestCluster } from '../../support/start-cluster.ts'

let cluster: TestCluster
const api = new RestClient(() => cluster.controlPlane)
const run = (command: string, input?: string) =>
  kubectlOutput(cluster.kubeconfig, splitCommand(command), input ? { input } : {})

beforeAll(async () => {
  cluster = await startCluster({ controllers: false })
})
afterAll(() => cluster?.[Symbol.asyncDispose]())

/** The kind whose sample is applied, and what kubectl makes of it. */
interface Example {
  kind: string
  /** What the sample is to say beyond the least. */
  with?: Record<string, unknown>
  /** What `get` prints of it, below which heading. */
  heading: RegExp
  row: RegExp
  /** A line of what `describe` prints. */
  described: RegExp
}

const admission = 'admissionregistration.k8s.io/v1'
const webhooks = {
  heading: /^NAME +WEBHOOKS +AGE$/,
  row: /^example +1 +\d+s$/,
  described: /^ +Side Effects: +None$/m,
}

/** By the name that kubectl knows the kind by. */
const examples: Record<string, Example> = {
  rc: {
    kind: 'v1 ReplicationController',
    heading: /^NAME +DESIRED +CURRENT +READY +AGE +CONTAINERS +IMAGES +SELECTOR$/,
    row: /^example +1 +0 +0 +\d+s +app +registry.example[/]app:1 +app=sample$/,
    described: /^Replicas: +0 current \/ 1 desired$/m,
  },
  podtemplates: {
    kind: 'v1 PodTemplate',
    heading: /^NAME +CONTAINERS +IMAGES +POD LABELS$/,
    row: /^example +app +registry.example[/]app:1 +app=sample$/,
    described: /^Template:$/m,
  },
  runtimeclasses: {
    kind: 'node.k8s.io/v1 RuntimeClass',
    heading: /^NAME +HANDLER +AGE$/,
    row: /^example +sample +\d+s$/,
    described: /^Handler: +sample$/m,
  },
  flowschemas: {
    kind: 'flowcontrol.apiserver.k8s.io/v1 FlowSchema',
    with: { priorityLevelConfiguration: { name: 'workload-low' } },
    heading: /^NAME +PRIORITYLEVEL +MATCHINGPRECEDENCE +DISTINGUISHERMETHOD +AGE +MISSINGPL$/,
    row: /^example +workload-low +1000 +<none> +\d+s +(False|[?])$/,
    described: /^ +Matching Precedence: +1000$/m,
  },
  prioritylevelconfigurations: {
    kind: 'flowcontrol.apiserver.k8s.io/v1 PriorityLevelConfiguration',
    with: { limited: { limitResponse: { type: 'Queue', queuing: {} } } },
    heading: /^NAME +TYPE +NOMINALCONCURRENCYSHARES +QUEUES +HANDSIZE +QUEUELENGTHLIMIT +AGE$/,
    row: /^example +Limited +30 +64 +8 +50 +\d+s$/,
    described: /^ +Hand Size: +8$/m,
  },
  csr: {
    kind: 'certificates.k8s.io/v1 CertificateSigningRequest',
    with: { expirationSeconds: 3600 },
    heading: /^NAME +AGE +SIGNERNAME +REQUESTOR +REQUESTEDDURATION +CONDITION$/,
    row: /^example +\d+s +example.com[/]sample +kubernetes-admin +60m +Pending$/,
    described: /^Status: +Pending$/m,
  },
  mutatingwebhookconfigurations: {
    kind: `${admission} MutatingWebhookConfiguration`,
    ...webhooks,
  },
  validatingwebhookconfigurations: {
    kind: `${admission} ValidatingWebhookConfiguration`,
    ...webhooks,
  },
  validatingadmissionpolicies: {
    kind: `${admission} ValidatingAdmissionPolicy`,
    heading: /^NAME +VALIDATIONS +PARAMKIND +AGE$/,
    row: /^example +1 +<unset> +\d+s$/,
    described: /^ +Failure Policy: +Fail$/m,
  },
  validatingadmissionpolicybindings: {
    kind: `${admission} ValidatingAdmissionPolicyBinding`,
    heading: /^NAME +POLICYNAME +PARAMREF +AGE$/,
    row: /^example +sample +<unset> +\d+s$/,
    described: /^ +Policy Name: +sample$/m,
  },
  netpol: {
    kind: 'networking.k8s.io/v1 NetworkPolicy',
    with: { podSelector: { matchLabels: { app: 'web' } } },
    heading: /^NAME +POD-SELECTOR +AGE$/,
    row: /^example +app=web +\d+s$/,
    described: /^ +PodSelector: +app=web$/m,
  },
  csidrivers: {
    kind: 'storage.k8s.io/v1 CSIDriver',
    heading:
      /^NAME +ATTACHREQUIRED +PODINFOONMOUNT +STORAGECAPACITY +TOKENREQUESTS +REQUIRESREPUBLISH +MODES +AGE$/,
    row: /^example +true +false +false +<unset> +false +Persistent +\d+s$/,
    described: /^ +Attach Required: +true$/m,
  },
  csinodes: {
    kind: 'storage.k8s.io/v1 CSINode',
    heading: /^NAME +DRIVERS +AGE$/,
    row: /^example +1 +\d+s$/,
    described: /disk.example.com:$/m,
  },
  csistoragecapacities: {
    kind: 'storage.k8s.io/v1 CSIStorageCapacity',
    heading: /^NAME +CREATED AT$/,
    row: /^example +\d{4}-\d\d-\d\dT[\d:]+Z$/,
    described: /^Storage Class Name: +sample$/m,
  },
  volumeattachments: {
    kind: 'storage.k8s.io/v1 VolumeAttachment',
    heading: /^NAME +ATTACHER +PV +NODE +ATTACHED +AGE$/,
    row: /^example +disk.example.com +sample +sample +false +\d+s$/,
    described: /^ +Attacher: +disk.example.com$/m,
  },
  vac: {
    kind: 'storage.k8s.io/v1 VolumeAttributesClass',
    heading: /^NAME +DRIVERNAME +AGE$/,
    row: /^example +example.com +\d+s$/,
    described: /^DriverName: +example.com$/m,
  },
  deviceclasses: {
    kind: 'resource.k8s.io/v1 DeviceClass',
    heading: /^NAME +AGE$/,
    row: /^example +\d+s$/,
    described: /^ +Expression: +device.driver == "gpu.example.com"$/m,
  },
  resourceclaims: {
    kind: 'resource.k8s.io/v1 ResourceClaim',
    heading: /^NAME +STATE +AGE$/,
    row: /^example +pending +\d+s$/,
    described: /^ +Device Class Name: +gpu.example.com$/m,
  },
  resourceclaimtemplates: {
    kind: 'resource.k8s.io/v1 ResourceClaimTemplate',
    heading: /^NAME +AGE$/,
    row: /^example +\d+s$/,
    described: /^ +Device Class Name: +gpu.example.com$/m,
  },
  resourceslices: {
    kind: 'resource.k8s.io/v1 ResourceSlice',
    heading: /^NAME +NODE +DRIVER +POOL +AGE$/,
    row: /^example +sample +gpu.example.com +sample +\d+s$/,
    described: /^ +Driver: +gpu.example.com$/m,
  },
  ipaddresses: {
    kind: 'networking.k8s.io/v1 IPAddress',
    heading: /^NAME +PARENTREF$/,
    row: /^10.96.77.7 +services[/]default[/]sample$/,
    described: /^Parent Reference:$/m,
  },
  servicecidrs: {
    kind: 'networking.k8s.io/v1 ServiceCIDR',
    heading: /^NAME +CIDRS +AGE$/,
    row: /^example +10.201.0.0[/]24 +\d+s$/,
    described: /^CIDRs: +10.201.0.0[/]24$/m,
  },
}

describe.each(Object.entries(examples))('%s', (resource, example) => {
  test('is applied, printed, described, explained and deleted by kubectl', async () => {
    const sample = sampleObject(example.kind, { name: 'example' })
    if (example.with) sample['spec'] = { ...(sample['spec'] as object), ...example.with }
    await run('apply -f -', JSON.stringify(sample))
    const { name } = sample.metadata
    const table = await run(`get ${resource} ${name} -o wide`)
    const [first = '', second = ''] = table.split('\n').map(line => line.trimEnd())
    expect(first).toMatch(example.heading)
    expect(second).toMatch(example.row)
    expect(await run(`describe ${resource} ${name}`)).toMatch(example.described)
    const kind = example.kind.split(' ')[1]
    expect(await run(`explain ${resource}`)).toContain(`KIND:       ${kind}`)
    expect(await run(`delete ${resource} ${name} --wait=false`)).toContain('deleted')
  })
})

test('a replication controller is scaled', async () => {
  const path = '/api/v1/namespaces/default/replicationcontrollers'
  await api.post(path, sampleObject('v1 ReplicationController', { name: 'scaled' }))
  expect(await run('scale rc scaled --replicas=3')).toContain('scaled')
  const { json } = await api.get(`${path}/scaled/scale`)
  expect(json).toMatchObject({ spec: { replicas: 3 }, status: { selector: 'app=sample' } })
})

test('component statuses are those of the one process', async () => {
  const table = await run('get componentstatuses')
  expect(table).toMatch(/^NAME +STATUS +MESSAGE +ERROR *$/m)
  expect(table).toMatch(/^etcd-0 +Healthy +ok *$/m)
  const { headers } = await api.get('/api/v1/componentstatuses/scheduler')
  expect(headers['warning']).toBe('299 - "v1 ComponentStatus is deprecated in v1.19+"')
})
