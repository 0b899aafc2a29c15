import { expect, test } from 'vitest'
import type { PodSpec } from '#kubernetes/api/core-v1.ts'
import { nameWarnings, podWarnings, templateWarnings } from './pod-warnings.ts'

const pod = (rest: Partial<PodSpec>) => ({ spec: { containers: [], ...rest } as PodSpec })
const container = (rest: object) => pod({ containers: [{ name: 'a', image: 'x', ...rest }] })

test.each<[string, ReturnType<typeof pod>, string[]]>([
  ['nothing odd', container({}), []],
  [
    'a label of old',
    pod({ nodeSelector: { 'beta.kubernetes.io/os': 'linux' } }),
    [
      'spec.nodeSelector[beta.kubernetes.io/os]: deprecated since v1.14; use "kubernetes.io/os" instead',
    ],
  ],
  ['a label that JavaScript knows', pod({ nodeSelector: { constructor: 'a' } }), []],
  [
    'a volume of old',
    pod({ volumes: [{ name: 'v', gitRepo: { repository: 'r' } }] }),
    ['spec.volumes[0].gitRepo: deprecated in v1.11, and disabled by default in v1.33+'],
  ],
  [
    'a variable twice',
    container({
      env: [
        { name: 'A', value: '1' },
        { name: 'A', value: '2' },
        { name: 'A', value: '$(A)3' },
      ],
    }),
    [
      'spec.containers[0].env[1]: hides previous definition of "A", which may be dropped when using apply',
    ],
  ],
  [
    'a part of a byte',
    container({ resources: { limits: { memory: '100m', cpu: '100m' } } }),
    [
      'spec.containers[0].resources.limits[memory]: fractional byte value "100m" is invalid, must be an integer',
    ],
  ],
  [
    'a port twice',
    container({
      ports: [
        { containerPort: 80, protocol: 'TCP' },
        { containerPort: 80, protocol: 'TCP' },
        { containerPort: 80, protocol: 'TCP', hostPort: 80 },
        { containerPort: 80, protocol: 'UDP' },
      ],
    }),
    [
      'spec.containers[0].ports[1]: duplicate port definition with spec.containers[0].ports[0]',
      'spec.containers[0].ports[2]: overlapping port definition with spec.containers[0].ports[0]',
      'spec.containers[0].ports[2]: overlapping port definition with spec.containers[0].ports[1]',
    ],
  ],
  [
    'secrets twice and of no name',
    pod({ imagePullSecrets: [{ name: 'a' }, { name: 'a' }, {}] }),
    [
      'spec.imagePullSecrets[1].name: duplicate name "a"',
      'spec.imagePullSecrets[2].name: invalid empty name ""',
    ],
  ],
  [
    'a spread over nothing',
    pod({
      topologySpreadConstraints: [
        { maxSkew: 1, topologyKey: 'zone', whenUnsatisfiable: 'DoNotSchedule' },
      ],
    }),
    [
      'spec.topologySpreadConstraints[0].labelSelector: a null labelSelector results in matching no pod',
    ],
  ],
  [
    'an address of the node without a port of it',
    container({ ports: [{ containerPort: 80, protocol: 'TCP', hostIP: '10.0.0.1' }] }),
    [
      'spec.containers[0].ports[0]: hostIP set without hostPort: {Name: HostPort:0 ContainerPort:80 Protocol:TCP HostIP:10.0.0.1}',
    ],
  ],
  [
    'files in the same place',
    pod({
      volumes: [
        {
          name: 'v',
          configMap: {
            name: 'm',
            items: [
              { key: 'a', path: 'a' },
              { key: 'b', path: 'ab' },
              { key: 'c', path: 'a/c' },
            ],
          },
        },
        {
          name: 'p',
          projected: {
            sources: [
              { serviceAccountToken: { path: 'token' } },
              { secret: { name: 's', items: [{ key: 'token', path: 'token' }] } },
              {},
            ],
          },
        },
      ],
    }),
    [
      'volume "v" (ConfigMap "m"): overlapping paths: "a/c" with "a"',
      'volume "p" (Projected Secret "s"): overlapping paths: "token" with "token"',
      'volume "p" (Projected) has no sources provided',
    ],
  ],
  [
    'a claim of half a byte',
    pod({
      volumes: [
        {
          name: 'v',
          ephemeral: {
            volumeClaimTemplate: { spec: { resources: { requests: { storage: '500m' } } } },
          },
        },
      ],
    }),
    [
      'spec.volumes[0].ephemeral.volumeClaimTemplate.spec.resources.requests[storage]: fractional byte value "500m" is invalid, must be an integer',
    ],
  ],
])('a pod with %s', (_, object, warnings) => {
  expect(podWarnings(object)).toEqual(warnings)
})

test('profiles by annotation are warned of where no field says the same', () => {
  const annotations = {
    'seccomp.security.alpha.kubernetes.io/pod': 'runtime/default',
    'container.apparmor.security.beta.kubernetes.io/a': 'unconfined',
  }
  const noSeccomp =
    'metadata.annotations[seccomp.security.alpha.kubernetes.io/pod]: non-functional in v1.27+; use the "seccompProfile" field instead'
  const noAppArmor =
    'spec.template.metadata.annotations[container.apparmor.security.beta.kubernetes.io/a]: deprecated since v1.30; use the "appArmorProfile" field instead'
  const plain = { metadata: { annotations }, ...container({}) }
  expect(podWarnings(plain)).toEqual([noSeccomp])
  expect(podWarnings(plain, 'spec.template')).toEqual([`spec.template.${noSeccomp}`, noAppArmor])
  const told = container({ securityContext: { appArmorProfile: { type: 'Unconfined' } } })
  told.spec.securityContext = { seccompProfile: { type: 'RuntimeDefault' } }
  expect(podWarnings({ metadata: { annotations }, ...told }, 'spec.template')).toEqual([])
})

test('a template is looked at again only when it changed', () => {
  const template = pod({ terminationGracePeriodSeconds: -1 })
  const deployment = { metadata: { name: 'web' }, spec: { template } }
  const warnings = [
    'spec.template.spec.terminationGracePeriodSeconds: must be >= 0; negative values are invalid and will be treated as 1',
  ]
  expect(templateWarnings(deployment)).toEqual(warnings)
  expect(templateWarnings(deployment, structuredClone(deployment))).toEqual([])
  expect(templateWarnings(deployment, { spec: { template: pod({}) } })).toEqual(warnings)
})

test('a name that makes an odd hostname', () => {
  expect(nameWarnings('web', 'in Pod names and hostnames')).toEqual([])
  expect(nameWarnings('web.one', 'in Pod names and hostnames')).toEqual([
    expect.stringMatching(
      /^metadata.name: this is used in Pod names and hostnames, which can result in surprising behavior; a DNS label is recommended: \[a lowercase RFC 1123 label must .*\]$/,
    ),
  ])
})
