import type {
  FlowSchemaSpec,
  NonResourcePolicyRule,
  PriorityLevelConfigurationSpec,
  ResourcePolicyRule,
  Subject,
} from '#kubernetes/api/flowcontrol-v1.ts'

/** An object that every cluster begins with. The mandatory ones may be neither changed nor done without. */
export interface BootstrapObject<S> {
  name: string
  mandatory: boolean
  spec: S
}

const level = (
  name: string,
  nominalConcurrencyShares: number,
  lendablePercent: number,
  queues: number,
  handSize: number,
): BootstrapObject<PriorityLevelConfigurationSpec> => ({
  name,
  mandatory: false,
  spec: {
    type: 'Limited',
    limited: {
      nominalConcurrencyShares,
      lendablePercent,
      limitResponse: { type: 'Queue', queuing: { queues, handSize, queueLengthLimit: 50 } },
    },
  },
})

/** Upstream's priority levels. */
export const bootstrapPriorityLevels: readonly BootstrapObject<PriorityLevelConfigurationSpec>[] = [
  {
    name: 'exempt',
    mandatory: true,
    spec: { type: 'Exempt', exempt: { nominalConcurrencyShares: 0, lendablePercent: 0 } },
  },
  {
    name: 'catch-all',
    mandatory: true,
    spec: {
      type: 'Limited',
      limited: {
        nominalConcurrencyShares: 5,
        lendablePercent: 0,
        limitResponse: { type: 'Reject' },
      },
    },
  },
  level('system', 30, 33, 64, 6),
  level('node-high', 40, 25, 64, 6),
  level('leader-election', 10, 0, 16, 4),
  level('workload-high', 40, 50, 128, 6),
  level('workload-low', 100, 90, 128, 6),
  level('global-default', 20, 50, 128, 6),
]

const user = (name: string): Subject => ({ kind: 'User', user: { name } })
const group = (name: string): Subject => ({ kind: 'Group', group: { name } })
const systemAccounts: Subject = {
  kind: 'ServiceAccount',
  serviceAccount: { namespace: 'kube-system', name: '*' },
}
const everyone = [group('system:unauthenticated'), group('system:authenticated')]

const allResources: ResourcePolicyRule = {
  verbs: ['*'],
  apiGroups: ['*'],
  resources: ['*'],
  clusterScope: true,
  namespaces: ['*'],
}
const allPaths: NonResourcePolicyRule = { verbs: ['*'], nonResourceURLs: ['*'] }
const allLeases: ResourcePolicyRule = {
  verbs: ['*'],
  apiGroups: ['coordination.k8s.io'],
  resources: ['leases'],
  namespaces: ['*'],
}

interface Rules {
  resources?: ResourcePolicyRule[]
  paths?: NonResourcePolicyRule[]
}

const schema = (
  name: string,
  priorityLevel: string,
  matchingPrecedence: number,
  distinguisher: 'ByUser' | 'ByNamespace' | '',
  subjects: Subject[],
  { resources, paths }: Rules = { resources: [allResources], paths: [allPaths] },
): BootstrapObject<FlowSchemaSpec> => ({
  name,
  mandatory: name === 'exempt' || name === 'catch-all',
  spec: {
    priorityLevelConfiguration: { name: priorityLevel },
    matchingPrecedence,
    ...(distinguisher ? { distinguisherMethod: { type: distinguisher } } : {}),
    rules: [
      {
        subjects,
        ...(resources ? { resourceRules: resources } : {}),
        ...(paths ? { nonResourceRules: paths } : {}),
      },
    ],
  },
})

/** Upstream's flow schemas. */
export const bootstrapFlowSchemas: readonly BootstrapObject<FlowSchemaSpec>[] = [
  schema('exempt', 'exempt', 1, '', [group('system:masters')]),
  schema('probes', 'exempt', 2, '', everyone, {
    paths: [{ verbs: ['get'], nonResourceURLs: ['/healthz', '/readyz', '/livez'] }],
  }),
  schema(
    'system-leader-election',
    'leader-election',
    100,
    'ByUser',
    [user('system:kube-controller-manager'), user('system:kube-scheduler'), systemAccounts],
    { resources: [{ ...allLeases, verbs: ['get', 'create', 'update'] }] },
  ),
  schema('system-node-high', 'node-high', 400, 'ByUser', [group('system:nodes')], {
    resources: [
      {
        verbs: ['*'],
        apiGroups: [''],
        resources: ['nodes', 'nodes/status'],
        clusterScope: true,
        namespaces: ['*'],
      },
      allLeases,
    ],
  }),
  schema('system-nodes', 'system', 500, 'ByUser', [group('system:nodes')]),
  schema('kube-controller-manager', 'workload-high', 800, 'ByNamespace', [
    user('system:kube-controller-manager'),
  ]),
  schema('kube-scheduler', 'workload-high', 800, 'ByNamespace', [user('system:kube-scheduler')]),
  schema('kube-system-service-accounts', 'workload-high', 900, 'ByNamespace', [systemAccounts]),
  schema('service-accounts', 'workload-low', 9000, 'ByUser', [group('system:serviceaccounts')]),
  schema('global-default', 'global-default', 9900, 'ByUser', everyone),
  schema('catch-all', 'catch-all', 10_000, 'ByUser', everyone),
]

/** The fixed spec of a mandatory object. */
export const mandatorySpec = <S>(
  objects: readonly BootstrapObject<S>[],
  name: string | undefined,
): S | undefined => objects.find(object => object.mandatory && object.name === name)?.spec
