import type { ResourceInfo } from '#contract/tables.ts'
import { podRow, podSketches, row } from './fake-rows.ts'
import { FakeTable } from './fake-table.ts'

const verbs = ['create', 'delete', 'get', 'list', 'patch', 'update', 'watch']

function info(
  path: string,
  kind: string,
  options: { cluster?: boolean; short?: string; sub?: string[]; custom?: boolean } = {},
): ResourceInfo {
  const [group = '', version = '', resource = ''] = path.split('/')
  return {
    group,
    version,
    resource,
    kind,
    singular: kind.toLowerCase(),
    namespaced: !options.cluster,
    verbs,
    shortNames: options.short ? [options.short] : [],
    categories: [],
    subresources: options.sub ?? [],
    custom: options.custom ?? false,
  }
}

const scaled = { sub: ['scale', 'status'] }
/** What the made-up cluster serves. */
export const resources: ResourceInfo[] = [
  info('/v1/pods', 'Pod', { short: 'po', sub: ['log', 'exec', 'eviction', 'status'] }),
  info('/v1/services', 'Service', { short: 'svc' }),
  info('/v1/configmaps', 'ConfigMap', { short: 'cm' }),
  info('/v1/secrets', 'Secret'),
  info('/v1/serviceaccounts', 'ServiceAccount', { short: 'sa' }),
  info('/v1/endpoints', 'Endpoints', { short: 'ep' }),
  info('/v1/events', 'Event', { short: 'ev' }),
  info('/v1/nodes', 'Node', { cluster: true, short: 'no' }),
  info('/v1/namespaces', 'Namespace', { cluster: true, short: 'ns' }),
  info('/v1/persistentvolumeclaims', 'PersistentVolumeClaim', { short: 'pvc' }),
  info('/v1/persistentvolumes', 'PersistentVolume', { cluster: true, short: 'pv' }),
  info('apps/v1/deployments', 'Deployment', { short: 'deploy', ...scaled }),
  info('apps/v1/replicasets', 'ReplicaSet', { short: 'rs', ...scaled }),
  info('apps/v1/statefulsets', 'StatefulSet', { short: 'sts', ...scaled }),
  info('apps/v1/daemonsets', 'DaemonSet', { short: 'ds' }),
  info('batch/v1/jobs', 'Job'),
  info('batch/v1/cronjobs', 'CronJob', { short: 'cj' }),
  info('networking.k8s.io/v1/ingresses', 'Ingress', { short: 'ing' }),
  info('discovery.k8s.io/v1/endpointslices', 'EndpointSlice'),
  info('storage.k8s.io/v1/storageclasses', 'StorageClass', { cluster: true, short: 'sc' }),
  info('rbac.authorization.k8s.io/v1/roles', 'Role'),
  info('rbac.authorization.k8s.io/v1/rolebindings', 'RoleBinding'),
  info('rbac.authorization.k8s.io/v1/clusterroles', 'ClusterRole', { cluster: true }),
  info('coordination.k8s.io/v1/leases', 'Lease'),
  info('metrics.k8s.io/v1beta1/nodes', 'NodeMetrics', { cluster: true }),
  info('metrics.k8s.io/v1beta1/pods', 'PodMetrics'),
  info('cert-manager.io/v1/certificates', 'Certificate', { custom: true }),
  info('cert-manager.io/v1/issuers', 'Issuer', { custom: true }),
]

const ready = { status: { word: 'Available', tone: 'ok' as const } }
const deployment = (name: string, namespace: string, cell: string, bad = false) =>
  row(
    'deployment',
    name,
    namespace,
    [
      cell,
      cell.split('/')[1] ?? '',
      cell.split('/')[0] ?? '',
      '',
      'api',
      `ghcr.io/acme/${name}:4.2.0`,
      `app=${name}`,
    ],
    {
      ...(bad
        ? {
            status: {
              word: 'Unavailable',
              tone: 'bad',
              message: 'Deployment does not have minimum availability.',
            },
          }
        : ready),
      labels: { app: name },
    },
  )

/** The rows of every kind with rows, by `group/version/resource`. */
export function fakeTables(): Map<string, FakeTable> {
  const tables = new Map<string, FakeTable>()
  const add = (path: string, table: FakeTable) => tables.set(path, table)
  add(
    '/v1/pods',
    new FakeTable(
      [
        'Name',
        'Ready',
        'Status',
        'Restarts',
        'Age',
        'IP:string:1',
        'Node:string:1',
        'Nominated Node:string:1',
        'Readiness Gates:string:1',
      ],
      podSketches.map(podRow),
    ),
  )
  add(
    'apps/v1/deployments',
    new FakeTable(
      [
        'Name',
        'Ready',
        'Up-to-date:integer',
        'Available:integer',
        'Age',
        'Containers:string:1',
        'Images:string:1',
        'Selector:string:1',
      ],
      [
        deployment('checkout-api', 'shop', '0/3', true),
        deployment('search-indexer', 'shop', '0/1', true),
        {
          ...deployment('storefront', 'shop', '1/3'),
          status: { word: 'Rolling out', tone: 'busy' },
        },
        deployment('cart', 'shop', '2/2'),
        deployment('catalog', 'shop', '3/3'),
        deployment('fraud-scorer', 'payments', '0/1', true),
        deployment('coredns', 'kube-system', '1/1'),
      ],
    ),
  )
  add(
    'apps/v1/replicasets',
    new FakeTable(
      ['Name', 'Desired:integer', 'Current:integer', 'Ready:integer', 'Age'],
      [
        row('rs', 'cart-5f6d8c9b7', 'shop', [2, 2, 2, ''], {
          owner: { kind: 'Deployment', name: 'cart' },
        }),
        row('rs', 'checkout-api-7d9c6b5f4d', 'shop', [3, 3, 0, ''], {
          owner: { kind: 'Deployment', name: 'checkout-api' },
          status: { word: 'Not ready', tone: 'warn' },
        }),
      ],
    ),
  )
  add(
    '/v1/services',
    new FakeTable(
      ['Name', 'Type', 'Cluster-IP', 'External-IP', 'Port(s)', 'Age', 'Selector:string:1'],
      [
        row('svc', 'kubernetes', 'default', [
          'ClusterIP',
          '10.96.0.1',
          '<none>',
          '443/TCP',
          '',
          '<none>',
        ]),
        row('svc', 'storefront', 'shop', [
          'NodePort',
          '10.96.12.40',
          '<none>',
          '80:31515/TCP',
          '',
          'app=storefront',
        ]),
        row(
          'svc',
          'checkout-api',
          'shop',
          ['ClusterIP', '10.96.77.14', '<none>', '8080/TCP', '', 'app=checkout-api'],
          { status: { word: 'No endpoints', tone: 'warn' } },
        ),
      ],
    ),
  )
  add(
    '/v1/configmaps',
    new FakeTable(
      ['Name', 'Data:integer', 'Age'],
      [
        row('cm', 'kube-root-ca.crt', 'shop', [1, '']),
        row('cm', 'checkout-flags', 'shop', [14, '']),
      ],
    ),
  )
  add(
    '/v1/secrets',
    new FakeTable(
      ['Name', 'Type', 'Data:integer', 'Age'],
      [
        row('secret', 'postgres-login', 'data', ['Opaque', 2, '']),
        row('secret', 'webhook-signing', 'payments', ['Opaque', 1, '']),
      ],
    ),
  )
  add(
    '/v1/nodes',
    new FakeTable(
      ['Name', 'Status', 'Roles', 'Age', 'Version', 'Internal-IP:string:1', 'OS-Image:string:1'],
      [
        row(
          'node',
          'local',
          undefined,
          ['Ready', 'control-plane', '', 'v1.35.2', '10.244.0.1', 'Debian GNU/Linux 12'],
          {
            status: { word: 'Ready', tone: 'ok' },
            amounts: { cpuLimit: 10_000, memoryLimit: 24 * 2 ** 30 },
          },
        ),
      ],
    ),
  )
  add(
    '/v1/namespaces',
    new FakeTable(
      ['Name', 'Status', 'Age'],
      ['default', 'shop', 'payments', 'data', 'observability', 'kube-system', 'kube-public'].map(
        name =>
          row('ns', name, undefined, ['Active', ''], { status: { word: 'Active', tone: 'ok' } }),
      ),
    ),
  )
  add(
    '/v1/events',
    new FakeTable(
      [
        'Last Seen',
        'Type',
        'Reason',
        'Object',
        'Subobject:string:1',
        'Source:string:1',
        'Message',
        'First Seen:string:1',
        'Count:integer:1',
        'Name:string:1',
      ],
      [
        {
          ...row('ev', 'checkout.18a', 'shop', []),
          cells: [
            '24s',
            'Warning',
            'BackOff',
            'pod/checkout-api-7d9c6b5f4d-x2k8p',
            'spec.containers{api}',
            'kubelet, local',
            'Back-off restarting failed container api in pod checkout-api-7d9c6b5f4d-x2k8p',
            '34m',
            148,
            'checkout.18a',
          ],
          status: { word: 'Warning', tone: 'warn' },
        },
        {
          ...row('ev', 'cart.18b', 'shop', []),
          cells: [
            '2m',
            'Normal',
            'Pulled',
            'pod/cart-5f6d8c9b7-k8s2w',
            'spec.containers{api}',
            'kubelet, local',
            'Container image "cart:4.2.0" already present on machine',
            '2m',
            1,
            'cart.18b',
          ],
          status: { word: 'Normal', tone: 'idle' },
        },
      ],
    ),
  )
  return tables
}
