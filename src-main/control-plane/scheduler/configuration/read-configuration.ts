import { DocumentFields } from '#base/document-fields.ts'
import { extenderPlugin } from '../extender-plugin.ts'
import { type ExtensionPoint, extensionPoints } from '../extension-points.ts'
import { clusterChanges, type Plugin } from '../framework.ts'
import { type PluginDefinition, pluginDefinitions } from '../plugins/index.ts'
import { readExtenders } from './extender-settings.ts'
import { preemptionArgs, volumeBindingArgs } from './plugin-arguments.ts'
import type { Profile, SchedulerConfiguration } from './profile.ts'

const fit = 'NodeResourcesFit'
const version = 'kubescheduler.config.k8s.io/v1'
export const defaultSchedulerName = 'default-scheduler'
/** Fields of upstream's configuration that speak of a scheduler in a process of its own. */
const elsewhere = [
  'parallelism',
  'leaderElection',
  'clientConnection',
  'enableProfiling',
  'enableContentionProfiling',
  'delayCacheUntilActive',
]

/**
 * Reads a `KubeSchedulerConfiguration` (kubescheduler.config.k8s.io/v1) as JSON and YAML have it; nothing means upstream's
 * defaults. Throws an error that names the field.
 */
export function readConfiguration(document: unknown = {}): SchedulerConfiguration {
  const top = new DocumentFields(document)
  const apiVersion = top.text('apiVersion') ?? version
  if (apiVersion !== version) throw top.wrong('apiVersion', `${version} is wanted`)
  top.oneOf('kind', ['KubeSchedulerConfiguration'])
  const percentage = top.integer('percentageOfNodesToScore', 0, 100) ?? 0
  const firstBackoffMs = (top.integer('podInitialBackoffSeconds', 1, 86_400) ?? 1) * 1000
  const maxBackoffMs = (top.integer('podMaxBackoffSeconds', 1, 86_400) ?? 10) * 1000
  if (maxBackoffMs < firstBackoffMs) {
    throw top.wrong('podMaxBackoffSeconds', 'must not be less than podInitialBackoffSeconds')
  }
  const extenders = readExtenders(top.list('extenders') ?? [])
  const profiles = top.list('profiles') ?? [new DocumentFields({}, 'profiles[0]')]
  for (const field of elsewhere) top.any(field)
  top.done()
  const read = profiles.map(profile =>
    readProfile(profile, {
      percentage,
      isOneOfMany: profiles.length > 1,
      ignoredResources: extenders.flatMap(one => one.ignoredResources),
      others: extenders.length > 0 ? [extenderStandIn] : [],
    }),
  )
  const names = read.map(({ schedulerName }) => schedulerName)
  const twice = names.findIndex((name, index) => names.indexOf(name) < index)
  if (twice >= 0) {
    throw new Error(`profiles[${twice}].schedulerName: ${names[twice]} is there twice`)
  }
  return { profiles: read, extenders, firstBackoffMs, maxBackoffMs }
}

/** Nobody knows what an extender looks at: any change may help a pod that it rejected. */
const extenderStandIn: Plugin = { name: extenderPlugin, wakesOn: clusterChanges }

function readProfile(
  profile: DocumentFields,
  top: {
    percentage: number
    isOneOfMany: boolean
    /** Only extenders look at these. */
    ignoredResources: readonly string[]
    /** What stands in for rules outside. */
    others: readonly Plugin[]
  },
): Profile {
  const schedulerName = profile.text('schedulerName')
  if (top.isOneOfMany && !schedulerName) throw profile.wrong('schedulerName', 'is wanted')
  const own = profile.integer('percentageOfNodesToScore', 0, 100)
  const places = readPlaces(profile.part('plugins'))
  const args = ignoring(top.ignoredResources, readPluginConfig(profile.list('pluginConfig') ?? []))
  profile.done()
  const created = new Map<string, Plugin>()
  const create = ({ name, create }: PluginDefinition): Plugin => {
    const plugin = created.get(name) ?? create(argumentsOf(args, name))
    created.set(name, plugin)
    return plugin
  }
  const at = (point: ExtensionPoint) => places(point).map(({ definition }) => create(definition))
  const hasPlugin = (point: ExtensionPoint, name: string) =>
    places(point).some(({ definition }) => definition.name === name)
  const weighted = places('score')
  if (at('queueSort').length !== 1) {
    throw profile.wrong('plugins.queueSort', 'exactly one plugin is wanted: PrioritySort')
  }
  if (at('bind').length === 0) {
    throw profile.wrong('plugins.bind', 'at least one plugin is wanted: DefaultBinder')
  }
  return {
    schedulerName: schedulerName ?? defaultSchedulerName,
    gates: at('preEnqueue'),
    filters: at('filter'),
    scores: weighted.map(({ definition, weight }) => ({ plugin: create(definition), weight })),
    claims: {
      reserve: hasPlugin('reserve', 'DynamicResources'),
      deallocate: hasPlugin('postFilter', 'DynamicResources'),
    },
    preemption: hasPlugin('postFilter', 'DefaultPreemption')
      ? preemptionArgs(argumentsOf(args, 'DefaultPreemption'))
      : undefined,
    percentageOfNodesToScore: own ?? top.percentage,
    bindTimeoutMs: volumeBindingArgs(argumentsOf(args, 'VolumeBinding')).bindTimeoutSeconds * 1000,
    plugins: [...created.values(), ...top.others],
  }
}

type PluginConfig = ReadonlyMap<string, { document: object; path: string }>

/** Has NodeResourcesFit leave out more resources. */
function ignoring(resources: readonly string[], config: PluginConfig): PluginConfig {
  if (resources.length === 0) return config
  const { document = {}, path = fit } = config.get(fit) ?? {}
  const { ignoredResources = [] } = document as { ignoredResources?: string[] }
  const ignored = [...ignoredResources, ...resources]
  return new Map([...config, [fit, { document: { ...document, ignoredResources: ignored }, path }]])
}

/** Fresh ones each time: they can be read only once. */
function argumentsOf(config: PluginConfig, plugin: string): DocumentFields {
  const { document, path } = config.get(plugin) ?? { document: {}, path: plugin }
  return new DocumentFields(document, path)
}

function readPluginConfig(entries: DocumentFields[]): PluginConfig {
  const config = new Map<string, { document: object; path: string }>()
  for (const entry of entries) {
    const { name } = definitionOf(entry)
    if (config.has(name)) throw entry.wrong('name', `${name} is there twice`)
    config.set(name, { document: (entry.any('args') ?? {}) as object, path: entry.at('args') })
    entry.done()
    // What nobody uses has to be right, too.
    pluginDefinitions.find(one => one.name === name)?.create(argumentsOf(config, name))
  }
  return config
}

function definitionOf(entry: DocumentFields): PluginDefinition {
  const name = entry.text('name')
  const found = pluginDefinitions.find(definition => definition.name === name)
  if (found) return found
  const known = pluginDefinitions.map(definition => definition.name).join(', ')
  throw entry.wrong('name', `${JSON.stringify(name)} is no plugin; there are ${known}`)
}

interface Placed {
  definition: PluginDefinition
  weight: number
}

/** What a section of `plugins` says: which are added, in their order, and which are taken away. */
interface Section {
  enabled: { definition: PluginDefinition; weight: number | undefined }[]
  disabled: ReadonlySet<string>
}

/**
 * Which plugins take part where. A section of an extension point wins over `multiPoint`, whose plugins follow the
 * default ones in their order; `*` takes all default ones away.
 */
function readPlaces(plugins: DocumentFields | undefined): (point: ExtensionPoint) => Placed[] {
  const sections = new Map<string, Section>()
  for (const name of ['multiPoint', ...extensionPoints]) {
    const section = plugins?.part(name)
    if (section) sections.set(name, readSection(section, name))
  }
  plugins?.done()
  const everywhere = sections.get('multiPoint')
  return point => {
    const here = sections.get(point)
    const isOff = (name: string) =>
      [everywhere, here].some(one => one?.disabled.has(name) || one?.disabled.has('*'))
    const placed = new Map<string, Placed>()
    const place = (definition: PluginDefinition, weight: number | undefined) => {
      if (!definition.points.includes(point)) return
      const known = placed.get(definition.name)?.weight
      placed.set(definition.name, { definition, weight: weight ?? known ?? definition.weight ?? 1 })
    }
    for (const definition of pluginDefinitions) {
      if (!isOff(definition.name)) place(definition, undefined)
    }
    for (const { definition, weight } of everywhere?.enabled ?? []) {
      const isOffHere = here?.disabled.has(definition.name) || here?.disabled.has('*')
      if (!isOffHere) place(definition, weight)
    }
    for (const { definition, weight } of here?.enabled ?? []) place(definition, weight)
    return [...placed.values()]
  }
}

function readSection(section: DocumentFields, point: string): Section {
  const enabled = (section.list('enabled') ?? []).map(entry => {
    const definition = definitionOf(entry)
    if (point !== 'multiPoint' && !definition.points.includes(point as ExtensionPoint)) {
      throw entry.wrong('name', `${definition.name} does not take part in ${point}`)
    }
    const weight = entry.integer('weight', 0, 100) || undefined
    entry.done()
    return { definition, weight }
  })
  const disabled = (section.list('disabled') ?? []).map(entry => {
    const name = entry.text('name')
    entry.any('weight')
    entry.done()
    if (!name) throw entry.wrong('name', 'is wanted')
    return name
  })
  section.done()
  return { enabled, disabled: new Set(disabled) }
}
