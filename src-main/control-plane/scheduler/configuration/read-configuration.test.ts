import { expect, test } from 'vitest'
import { readConfiguration } from './read-configuration.ts'

const profile = (configuration: object) => {
  const [first] = readConfiguration({ profiles: [configuration] }).profiles
  if (!first) throw new Error('no profile')
  return first
}
const weights = ({ scores }: ReturnType<typeof profile>) =>
  Object.fromEntries(scores.map(({ plugin, weight }) => [plugin.name, weight]))
const filters = (configuration: object) => profile(configuration).filters.map(({ name }) => name)

test('nothing means the default profile of upstream, with its order and weights', () => {
  const { profiles, firstBackoffMs, maxBackoffMs } = readConfiguration()
  expect(profiles.map(({ schedulerName }) => schedulerName)).toEqual(['default-scheduler'])
  expect([firstBackoffMs, maxBackoffMs]).toEqual([1000, 10_000])
  expect(filters({})).toEqual([
    'NodeUnschedulable',
    'NodeName',
    'TaintToleration',
    'NodeAffinity',
    'NodePorts',
    'NodeResourcesFit',
    'VolumeRestrictions',
    'NodeVolumeLimits',
    'VolumeBinding',
    'VolumeZone',
    'PodTopologySpread',
    'InterPodAffinity',
    'DynamicResources',
  ])
  expect(weights(profile({}))).toMatchObject({
    TaintToleration: 3,
    NodeAffinity: 2,
    NodeResourcesFit: 1,
    PodTopologySpread: 2,
    InterPodAffinity: 2,
    NodeResourcesBalancedAllocation: 1,
    ImageLocality: 1,
  })
  expect(profile({}).preemption).toEqual({
    minCandidateNodesPercentage: 10,
    minCandidateNodesAbsolute: 100,
  })
})

test('plugins are taken away, weighed anew and put in another order', () => {
  const scores = weights(
    profile({
      plugins: {
        score: {
          disabled: [{ name: 'ImageLocality' }],
          enabled: [{ name: 'NodeResourcesFit', weight: 7 }],
        },
        multiPoint: { enabled: [{ name: 'TaintToleration', weight: 9 }] },
      },
    }),
  )
  expect(scores['ImageLocality']).toBeUndefined()
  expect(scores['NodeResourcesFit']).toBe(7)
  expect(scores['TaintToleration']).toBe(9)
  const only = { disabled: [{ name: '*' }], enabled: [{ name: 'NodePorts' }, { name: 'NodeName' }] }
  expect(filters({ plugins: { filter: only } })).toEqual(['NodePorts', 'NodeName'])
  expect(profile({ plugins: { filter: only } }).gates).toHaveLength(2)
  const noPreemption = { postFilter: { disabled: [{ name: 'DefaultPreemption' }] } }
  expect(profile({ plugins: noPreemption }).preemption).toBeUndefined()
})

const extender = (more: object) => ({ urlPrefix: 'http://127.0.0.1:1/', ...more })
const withExtender = (more: object) => ({ extenders: [extender(more)] })

test('extenders are read with their defaults and their certificates', () => {
  const tlsConfig = { caFile: '/ca.crt', certData: 'Y2VydA==', serverName: 'ranks' }
  const managedResources = [{ name: 'example.com/gpu', ignoredByScheduler: true }]
  const { extenders, profiles } = readConfiguration({
    extenders: [extender({ enableHTTPS: true, tlsConfig, managedResources, httpTimeout: '100ms' })],
  })
  expect(extenders).toMatchObject([
    {
      address: { ca: { file: '/ca.crt' }, certificate: { data: 'Y2VydA==' }, insecure: false },
      ignorable: false,
      nodeCacheCapable: false,
      timeoutMs: 100,
    },
  ])
  expect(profiles[0]?.plugins.map(({ name }) => name)).toContain('Extender')
  const { address, timeoutMs } =
    readConfiguration(withExtender({ enableHTTPS: true })).extenders[0] ?? {}
  expect([address?.insecure, timeoutMs]).toEqual([true, 5000])
})

const withFit = (args: object) => ({
  profiles: [{ pluginConfig: [{ name: 'NodeResourcesFit', args }] }],
})

test.for([
  [{ apiVersion: 'v1' }, 'apiVersion: kubescheduler.config.k8s.io/v1 is wanted'],
  [{ colour: 'red' }, 'colour: is not known'],
  [{ podMaxBackoffSeconds: 1, podInitialBackoffSeconds: 2 }, 'podMaxBackoffSeconds: must not be'],
  [{ percentageOfNodesToScore: 101 }, 'percentageOfNodesToScore: a whole number from 0 to 100'],
  [
    {
      profiles: [{ pluginConfig: [{ name: 'DynamicResources', args: { filterTimeout: 'soon' } }] }],
    },
    'profiles[0].pluginConfig[0].args.filterTimeout: a duration such as 10s is wanted, not soon',
  ],
  [{ extenders: [{}] }, 'extenders[0].urlPrefix: an http or https URL is wanted'],
  [withExtender({ prioritizeVerb: 'rank' }), 'extenders[0].weight: must be greater than 0'],
  [withExtender({ httpTimeout: 'soon' }), 'extenders[0].httpTimeout: a duration such as 5s'],
  [withExtender({ managedResources: [{ name: 'cpu' }] }), 'managedResources[0].name: "cpu" is not'],
  [withExtender({ colour: 'red' }), 'extenders[0].colour: is not known'],
  [
    { extenders: [extender({ bindVerb: 'a' }), extender({ bindVerb: 'b' })] },
    'extenders: only one may have a bindVerb',
  ],
  [{ profiles: [{}, {}] }, 'profiles[0].schedulerName: is wanted'],
  [
    { profiles: [{ schedulerName: 'a' }, { schedulerName: 'a' }] },
    'profiles[1].schedulerName: a is there twice',
  ],
  [
    { profiles: [{ plugins: { filter: { enabled: [{ name: 'Coscheduling' }] } } }] },
    'profiles[0].plugins.filter.enabled[0].name: "Coscheduling" is no plugin; there are',
  ],
  [
    { profiles: [{ plugins: { score: { enabled: [{ name: 'NodeName' }] } } }] },
    'profiles[0].plugins.score.enabled[0].name: NodeName does not take part in score',
  ],
  [
    { profiles: [{ plugins: { bind: { disabled: [{ name: '*' }] } } }] },
    'profiles[0].plugins.bind: at least one plugin is wanted',
  ],
  [
    withFit({ scoringStrategy: { type: 'Random' } }),
    'profiles[0].pluginConfig[0].args.scoringStrategy.type: one of LeastAllocated, MostAllocated',
  ],
  [withFit({ strategy: {} }), 'profiles[0].pluginConfig[0].args.strategy: is not known'],
  [
    withFit({ scoringStrategy: { type: 'RequestedToCapacityRatio' } }),
    'args.scoringStrategy.requestedToCapacityRatio.shape: points are wanted',
  ],
] as const)('readConfiguration says what is wrong with %j', ([configuration, said]) => {
  expect(() => readConfiguration(configuration)).toThrow(said)
})
