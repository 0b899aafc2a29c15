import { describe, expect, test } from 'vitest'
import type { StatefulSet } from '#kubernetes/api/apps-v1.ts'
import type { CronJob, Job } from '#kubernetes/api/batch-v1.ts'
import type { Pod, Service } from '#kubernetes/api/core-v1.ts'
import type { KubernetesObject } from '#kubernetes/objects.ts'
import { cronJobs } from './cronjobs/cronjobs.ts'
import { csiStorageCapacities } from './csistoragecapacities.ts'
import type { ResourceDefinition } from './define-resource.ts'
import { endpoints } from './endpoints.ts'
import { endpointSlices } from './endpointslices/endpointslices.ts'
import { jobs } from './jobs/jobs.ts'
import { networkPolicies } from './networkpolicies/networkpolicies.ts'
import { nodes } from './nodes/nodes.ts'
import { persistentVolumeClaims } from './persistentvolumeclaims/persistentvolumeclaims.ts'
import { persistentVolumes } from './persistentvolumes/persistentvolumes.ts'
import { pods } from './pods/pods.ts'
import { podTemplates } from './podtemplates.ts'
import { runtimeClasses } from './runtimeclasses.ts'
import { serviceAccounts } from './serviceaccounts.ts'
import { services } from './services/services.ts'
import { statusWarningsOf, warningsOf } from './shared/testing.ts'
import { statefulSets } from './statefulsets/statefulsets.ts'
import { storageClasses } from './storageclasses.ts'

type Row = [what: string, definition: ResourceDefinition, content: object, warnings: string[]]

const os = 'beta.kubernetes.io/os'
const useOs = 'deprecated since v1.14; use "kubernetes.io/os" instead'
const betaClass = 'volume.beta.kubernetes.io/storage-class'
const useClass = `metadata.annotations[${betaClass}]: deprecated since v1.8; use "storageClassName" attribute instead`
const impatient = { spec: { containers: [], terminationGracePeriodSeconds: -1 } }
const graceText =
  'spec.terminationGracePeriodSeconds: must be >= 0; negative values are invalid and will be treated as 1'
const huge = {
  completionMode: 'Indexed',
  completions: 100_001,
  parallelism: 10_001,
  template: { spec: { containers: [] } },
}
const hugeText =
  'In Indexed Jobs with a number of completions higher than 10^5 and a parallelism higher than 10^4, Kubernetes might not be able to track completedIndexes when a big number of indexes fail'
const headless = { type: 'ClusterIP', clusterIP: 'None' }
const halfByte = { requests: { storage: '500m' } }
const halfByteText = 'fractional byte value "500m" is invalid, must be an integer'

const rows: Row[] = [
  ['a template', podTemplates, { template: impatient }, [`template.${graceText}`]],
  ['a huge job', jobs, { spec: huge }, [`spec: ${hugeText}`]],
  [
    'a huge job by the clock',
    cronJobs,
    { spec: { schedule: '@daily', jobTemplate: { spec: huge } } },
    [`spec.jobTemplate.spec: ${hugeText}`],
  ],
  [
    'a job by the clock with an impatient pod',
    cronJobs,
    { spec: { schedule: '@daily', jobTemplate: { spec: { template: impatient } } } },
    [`spec.jobTemplate.spec.template.${graceText}`],
  ],
  [
    'revisions without end',
    statefulSets,
    { spec: { revisionHistoryLimit: -1, template: {} } },
    [
      'spec.revisionHistoryLimit: a negative value retains all historical revisions; a value >= 0 is recommended',
    ],
  ],
  [
    'claims of half a byte',
    statefulSets,
    { spec: { template: {}, volumeClaimTemplates: [{ spec: { resources: halfByte } }] } },
    [`spec.volumeClaimTemplates[0].resources.requests[storage]: ${halfByteText}`],
  ],
  [
    'the hints of old',
    services,
    {
      metadata: { annotations: { 'service.kubernetes.io/topology-aware-hints': 'auto' } },
      spec: {},
    },
    [
      'annotation service.kubernetes.io/topology-aware-hints is deprecated, please use service.kubernetes.io/topology-mode instead',
    ],
  ],
  [
    'what a headless Service ignores',
    services,
    {
      spec: {
        ...headless,
        loadBalancerIP: '10.0.0.1',
        externalIPs: ['10.0.0.2'],
        sessionAffinity: 'ClientIP',
      },
    },
    [
      'spec.loadBalancerIP is ignored for headless services',
      'spec.externalIPs is ignored for headless services',
      'spec.SessionAffinity is ignored for headless services',
    ],
  ],
  [
    'what a name ignores',
    services,
    { spec: { type: 'ExternalName', externalName: 'a.example', externalIPs: ['10.0.0.2'] } },
    ['spec.externalIPs is ignored when spec.type is "ExternalName"'],
  ],
  [
    'a name that is none',
    services,
    { spec: { externalName: 'a.example' } },
    ['spec.externalName is ignored when spec.type is not "ExternalName"'],
  ],
  [
    'traffic that stays close',
    services,
    { spec: { trafficDistribution: 'PreferClose' } },
    ['spec.trafficDistribution: "PreferClose" is deprecated; use "PreferSameZone"'],
  ],
  [
    'odd addresses and ranges',
    services,
    {
      spec: {
        externalIPs: ['10.0.0.2', '2001:DB8:0::1', '::ffff:1.2.3.4'],
        loadBalancerSourceRanges: ['10.1.2.3/8', '10.0.0.0/08', '2001:db8:0::/64'],
      },
    },
    [
      'spec.externalIPs[1]: IPv6 address "2001:DB8:0::1" should be in RFC 5952 canonical format ("2001:db8::1")',
      'spec.externalIPs[2]: non-standard IP address "::ffff:1.2.3.4" will be considered invalid in a future Kubernetes release: use "1.2.3.4"',
      'spec.loadBalancerSourceRanges[0]: CIDR value "10.1.2.3/8" is ambiguous in this context (should be "10.0.0.0/8" or "10.1.2.3/32"?)',
      'spec.loadBalancerSourceRanges[1]: non-standard CIDR value "10.0.0.0/08" will be considered invalid in a future Kubernetes release: use "10.0.0.0/8"',
      'spec.loadBalancerSourceRanges[2]: IPv6 CIDR value "2001:db8:0::/64" should be in RFC 5952 canonical format ("2001:db8::/64")',
    ],
  ],
  [
    'an odd address',
    endpoints,
    { subsets: [{ addresses: [{ ip: '10.0.0.1' }], notReadyAddresses: [{ ip: '2001:DB8::1' }] }] },
    [
      'subsets[0].notReadyAddresses[0].ip: IPv6 address "2001:DB8::1" should be in RFC 5952 canonical format ("2001:db8::1")',
    ],
  ],
  [
    'names',
    endpointSlices,
    { addressType: 'FQDN', endpoints: [{ addresses: ['a.example'] }] },
    ['spec.addressType: FQDN endpoints are deprecated'],
  ],
  [
    'ambiguous ranges',
    networkPolicies,
    {
      spec: {
        ingress: [{ from: [{ podSelector: {} }, { ipBlock: { cidr: '10.0.0.1/24' } }] }],
        egress: [{ to: [{ ipBlock: { cidr: '10.0.0.0/8', except: ['10.2.0.1/16'] } }] }],
      },
    },
    [
      'spec.ingress[0].from[1].ipBlock.cidr: CIDR value "10.0.0.1/24" is ambiguous in this context (should be "10.0.0.0/24" or "10.0.0.1/32"?)',
      'spec.egress[0].to[0].ipBlock.except[0]: CIDR value "10.2.0.1/16" is ambiguous in this context (should be "10.2.0.0/16" or "10.2.0.1/32"?)',
    ],
  ],
  [
    'what volumes had once',
    persistentVolumes,
    {
      metadata: { annotations: { [betaClass]: 'fast' } },
      spec: {
        persistentVolumeReclaimPolicy: 'Recycle',
        rbd: { monitors: ['a'], image: 'b' },
        nodeAffinity: {
          required: {
            nodeSelectorTerms: [{ matchExpressions: [{ key: os, operator: 'Exists' }] }],
          },
        },
      },
    },
    [
      useClass,
      'spec.persistentVolumeReclaimPolicy: The Recycle reclaim policy is deprecated. Instead, the recommended approach is to use dynamic provisioning.',
      `spec.nodeAffinity.required.nodeSelectorTerms[0].matchExpressions[0].key: ${os} is ${useOs}`,
      'spec.rbd: deprecated in v1.28, non-functional in v1.31+',
    ],
  ],
  [
    'half a byte of a class of old',
    persistentVolumeClaims,
    { metadata: { annotations: { [betaClass]: 'fast' } }, spec: { resources: halfByte } },
    [useClass, `spec.resources.requests[storage]: ${halfByteText}`],
  ],
  [
    'a label of old',
    storageClasses,
    { allowedTopologies: [{ matchLabelExpressions: [{ key: os, values: ['linux'] }] }] },
    [`allowedTopologies[0].matchLabelExpressions[0]: ${useOs}`],
  ],
  [
    'a label of old',
    csiStorageCapacities,
    { nodeTopology: { matchLabels: { [os]: 'linux' } } },
    [`nodeTopology.matchLabels.${os}: ${useOs}`],
  ],
  [
    'a label of old',
    runtimeClasses,
    { handler: 'a', scheduling: { nodeSelector: { [os]: 'linux' } } },
    [`scheduling.nodeSelector: ${useOs}`],
  ],
  [
    'secrets that may be mounted',
    serviceAccounts,
    { metadata: { annotations: { 'kubernetes.io/enforce-mountable-secrets': 'true' } } },
    [
      'metadata.annotations[kubernetes.io/enforce-mountable-secrets]: deprecated in v1.32+; prefer separate namespaces to isolate access to mounted secrets',
    ],
  ],
  [
    'an id of elsewhere',
    nodes,
    { spec: { externalID: 'a' } },
    ['spec.externalID: this field is deprecated, and is unused by Kubernetes'],
  ],
]

const named = ({ metadata, ...rest }: { metadata?: object }): KubernetesObject => ({
  metadata: { name: 'sample', ...metadata },
  ...rest,
})

describe('warnings', () => {
  test.each(rows.map(([what, definition, ...row]) => [what, definition.kind, definition, ...row]))(
    'of %s, %s',
    (_what, _kind, definition, content, warnings) => {
      expect(warningsOf(definition as ResourceDefinition, named(content as object))).toEqual(
        warnings,
      )
    },
  )

  test('of templates come again only with another spec', () => {
    const job = named({ spec: huge } as object) as Job
    const change = (parallelism: number) => (object: Job) =>
      Object.assign(object.spec, { parallelism })
    expect(warningsOf(jobs, job, () => {})).toEqual([])
    expect(warningsOf(jobs, job, change(20_000))).toEqual([`spec: ${hugeText}`])
    const set = named({ spec: { template: impatient } } as object) as StatefulSet
    const scale = ({ spec }: StatefulSet) => Object.assign(spec, { replicas: 3 })
    expect(warningsOf(statefulSets, set, scale)).toEqual([`spec.template.${graceText}`])
  })

  test('of a time zone in a schedule come with updates', () => {
    const spec = { schedule: 'TZ=UTC * * * * *', jobTemplate: {} }
    expect(warningsOf(cronJobs, named({ spec } as object) as CronJob, () => {})).toEqual([
      'cannot use TZ or CRON_TZ in spec.spec.schedule, use timeZone instead, see https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/ for more details',
    ])
  })

  test('of a status are those of its addresses', () => {
    const pod = named({
      spec: { containers: [], terminationGracePeriodSeconds: -1 },
    } as object) as Pod
    const report = (object: Pod) => {
      object.status = { podIPs: [{ ip: '10.0.0.01' }], hostIPs: [{ ip: '::ffff:10.0.0.2' }] }
    }
    expect(statusWarningsOf(pods, pod, report)).toEqual([
      'status.podIPs[0].ip: non-standard IP address "10.0.0.01" will be considered invalid in a future Kubernetes release: use "10.0.0.1"',
      'status.hostIPs[0].ip: non-standard IP address "::ffff:10.0.0.2" will be considered invalid in a future Kubernetes release: use "10.0.0.2"',
    ])
    const balancer = named({
      spec: { type: 'LoadBalancer', externalName: 'a.example' },
    } as object) as Service
    const balance = (object: Service) => {
      object.status = {
        loadBalancer: { ingress: [{ hostname: 'a.example' }, { ip: '10.0.0.02' }] },
      }
    }
    expect(statusWarningsOf(services, balancer, balance)).toEqual([
      'status.loadBalancer.ingress[1]: non-standard IP address "10.0.0.02" will be considered invalid in a future Kubernetes release: use "10.0.0.2"',
    ])
  })

  test('are none of a Service as most are', () => {
    const service = { spec: { ports: [{ port: 80 }], externalIPs: ['10.0.0.1'] } } as object
    expect(warningsOf(services, named(service) as Service)).toEqual([])
  })
})
