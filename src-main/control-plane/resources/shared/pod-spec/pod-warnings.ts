import type {
  ContainerPort,
  NodeSelectorTerm,
  PodSpec,
  PodTemplateSpec,
} from '#kubernetes/api/core-v1.ts'
import { checkLabel } from '#kubernetes/names.ts'
import { parseQuantity } from '#kubernetes/quantity.ts'
import { isEqual } from '../field-errors.ts'
import { type AnyContainer, eachContainer } from './each-container.ts'

const must = 'requiredDuringSchedulingIgnoredDuringExecution'
const should = 'preferredDuringSchedulingIgnoredDuringExecution'
const matchesNothing = 'a null labelSelector results in matching no pod'
const wholeUnits = 1_000_000_000n

const deprecatedLabels = new Map(
  Object.entries({
    'beta.kubernetes.io/arch': 'deprecated since v1.14; use "kubernetes.io/arch" instead',
    'beta.kubernetes.io/os': 'deprecated since v1.14; use "kubernetes.io/os" instead',
    'failure-domain.beta.kubernetes.io/region':
      'deprecated since v1.17; use "topology.kubernetes.io/region" instead',
    'failure-domain.beta.kubernetes.io/zone':
      'deprecated since v1.17; use "topology.kubernetes.io/zone" instead',
    'beta.kubernetes.io/instance-type':
      'deprecated since v1.17; use "node.kubernetes.io/instance-type" instead',
  }),
)
const deprecatedAnnotations: Record<string, string> = {
  'scheduler.alpha.kubernetes.io/critical-pod':
    'non-functional in v1.16+; use the "priorityClassName" field instead',
  'security.alpha.kubernetes.io/sysctls':
    'non-functional in v1.11+; use the "sysctls" field instead',
  'security.alpha.kubernetes.io/unsafe-sysctls':
    'non-functional in v1.11+; use the "sysctls" field instead',
}
const deprecatedVolumes: Record<string, string> = {
  photonPersistentDisk: 'deprecated in v1.11, non-functional in v1.16+',
  gitRepo: 'deprecated in v1.11, and disabled by default in v1.33+',
  scaleIO: 'deprecated in v1.16, non-functional in v1.22+',
  flocker: 'deprecated in v1.22, non-functional in v1.25+',
  storageos: 'deprecated in v1.22, non-functional in v1.25+',
  quobyte: 'deprecated in v1.22, non-functional in v1.25+',
  glusterfs: 'deprecated in v1.25, non-functional in v1.26+',
  cephfs: 'deprecated in v1.28, non-functional in v1.31+',
  rbd: 'deprecated in v1.28, non-functional in v1.31+',
}

/** What a pod, or a template at `path`, is created with a warning for, in upstream's words. */
export function podWarnings({ metadata, spec }: PodTemplateSpec, path = ''): string[] {
  if (!spec) return []
  const prefix = path ? `${path}.` : ''
  const at = `${prefix}spec`
  return [
    ...nodeWarnings(spec, at),
    ...spreadWarnings(spec, at),
    ...Object.entries(deprecatedAnnotations).flatMap(([key, message]) =>
      metadata?.annotations?.[key] === undefined
        ? []
        : [`${prefix}metadata.annotations[${key}]: ${message}`],
    ),
    ...(spec.volumes ?? []).flatMap((volume, index) =>
      Object.keys(volume).flatMap(source =>
        deprecatedVolumes[source]
          ? [`${at}.volumes[${index}].${source}: ${deprecatedVolumes[source]}`]
          : [],
      ),
    ),
    ...repeated(spec.hostAliases, ({ ip }) => ip, `${at}.hostAliases`, 'ip'),
    ...repeated(spec.imagePullSecrets, ({ name }) => name ?? '', `${at}.imagePullSecrets`, 'name'),
    ...(spec.imagePullSecrets ?? []).flatMap(({ name }, index) =>
      name ? [] : [`${at}.imagePullSecrets[${index}].name: invalid empty name ""`],
    ),
    ...fractions(spec.overhead, `${at}.overhead`),
    ...eachContainer(spec, at, containerWarnings),
    ...portWarnings(spec, at),
    ...affinityWarnings(spec, at),
    ...((spec.terminationGracePeriodSeconds ?? 0) < 0
      ? [
          `${at}.terminationGracePeriodSeconds: must be >= 0; negative values are invalid and will be treated as 1`,
        ]
      : []),
  ]
}

/** The warnings for a kind whose `spec.template` makes pods; none when an update leaves the template alone. */
export function templateWarnings(
  object: { metadata: { name?: string }; spec?: { template?: PodTemplateSpec } },
  old?: { spec?: { template?: PodTemplateSpec } },
): string[] {
  const template = object.spec?.template
  const unchanged = old && isEqual(old.spec?.template, template)
  return [
    ...(old ? [] : nameWarnings(object.metadata.name, 'in Pod names and hostnames')),
    ...(unchanged || !template ? [] : podWarnings(template, 'spec.template')),
  ]
}

/** A name that is no label makes hostnames that nobody expects. */
export function nameWarnings(name = '', used: string): string[] {
  const problems = name ? checkLabel(name) : []
  return problems.length > 0
    ? [
        `metadata.name: this is used ${used}, which can result in surprising behavior; a DNS label is recommended: [${problems.join(' ')}]`,
      ]
    : []
}

function nodeWarnings({ nodeSelector, affinity }: PodSpec, path: string): string[] {
  const node = affinity?.nodeAffinity
  const at = `${path}.affinity.nodeAffinity`
  return [
    ...Object.keys(nodeSelector ?? {}).flatMap(key =>
      deprecatedLabels.has(key)
        ? [`${path}.nodeSelector[${key}]: ${deprecatedLabels.get(key)}`]
        : [],
    ),
    ...(node?.[must]?.nodeSelectorTerms ?? []).flatMap((term, index) =>
      termWarnings(term, `${at}.${must}.nodeSelectorTerms[${index}]`),
    ),
    ...(node?.[should] ?? []).flatMap(({ preference }, index) =>
      termWarnings(preference, `${at}.${should}[${index}].preference`),
    ),
  ]
}

const termWarnings = ({ matchExpressions }: NodeSelectorTerm, path: string): string[] =>
  (matchExpressions ?? []).flatMap(({ key }, index) =>
    deprecatedLabels.has(key)
      ? [`${path}.matchExpressions[${index}].key: ${key} is ${deprecatedLabels.get(key)}`]
      : [],
  )

const spreadWarnings = ({ topologySpreadConstraints }: PodSpec, path: string): string[] =>
  (topologySpreadConstraints ?? []).flatMap(({ topologyKey, labelSelector }, index) => {
    const at = `${path}.topologySpreadConstraints[${index}]`
    const message = deprecatedLabels.get(topologyKey)
    return [
      ...(message ? [`${at}.topologyKey: ${topologyKey} is ${message}`] : []),
      ...(labelSelector ? [] : [`${at}.labelSelector: ${matchesNothing}`]),
    ]
  })

const affinityWarnings = ({ affinity }: PodSpec, path: string): string[] =>
  (['podAffinity', 'podAntiAffinity'] as const).flatMap(field => {
    const at = `${path}.affinity.${field}`
    return [
      ...(affinity?.[field]?.[must] ?? []).flatMap(({ labelSelector }, index) =>
        labelSelector ? [] : [`${at}.${must}[${index}].labelSelector: ${matchesNothing}`],
      ),
      ...(affinity?.[field]?.[should] ?? []).flatMap(({ podAffinityTerm }, index) =>
        podAffinityTerm?.labelSelector
          ? []
          : [`${at}.${should}[${index}].podAffinityTerm.labelSelector: ${matchesNothing}`],
      ),
    ]
  })

function containerWarnings(container: AnyContainer, path: string): string[] {
  const { resources, env = [] } = container
  const names = env.map(({ name }) => name)
  return [
    ...fractions(resources?.limits, `${path}.resources.limits`),
    ...fractions(resources?.requests, `${path}.resources.requests`),
    ...env.flatMap(({ name, value = '', valueFrom }, index) =>
      names.indexOf(name) < index && (valueFrom || !value.includes(`$(${name})`))
        ? [
            `${path}.env[${index}]: hides previous definition of ${JSON.stringify(name)}, which may be dropped when using apply`,
          ]
        : [],
    ),
  ]
}

const fractions = (amounts: Record<string, string> | undefined, path: string): string[] =>
  ['memory', 'ephemeral-storage'].flatMap(name => {
    const amount = amounts?.[name]
    const nanos = amount === undefined ? undefined : parseQuantity(amount)
    return nanos !== undefined && nanos % wholeUnits !== 0n
      ? [
          `${path}[${name}]: fractional byte value ${JSON.stringify(amount)} is invalid, must be an integer`,
        ]
      : []
  })

/** Ports of one number and protocol that stand there more than once, in any container. */
function portWarnings(spec: PodSpec, path: string): string[] {
  const seen = new Map<string, { port: ContainerPort; at: string }[]>()
  return eachContainer(spec, path, ({ ports = [] }, containerPath) =>
    ports.flatMap((port, index) => {
      const at = `${containerPath}.ports[${index}]`
      const key = `${port.containerPort}/${port.protocol}`
      const others = seen.get(key) ?? []
      seen.set(key, [...others, { port, at }])
      return others.flatMap(other => {
        const clash = clashOf(port, other.port)
        return clash ? [`${at}: ${clash} port definition with ${other.at}`] : []
      })
    }),
  )
}

function clashOf(a: ContainerPort, b: ContainerPort): string | undefined {
  const [ipA, ipB] = [a.hostIP ?? '', b.hostIP ?? '']
  const [hostA, hostB] = [a.hostPort ?? 0, b.hostPort ?? 0]
  if (ipA === ipB && hostA === hostB) return 'duplicate'
  if (hostA === 0 || hostB === 0) return 'overlapping'
  return hostA === hostB && (ipA === '') !== (ipB === '') ? 'dangerously ambiguous' : undefined
}

function repeated<T>(
  items: readonly T[] | undefined,
  keyOf: (item: T) => string,
  path: string,
  field: string,
): string[] {
  const keys = (items ?? []).map(keyOf)
  return keys.flatMap((key, index) =>
    keys.indexOf(key) < index
      ? [`${path}[${index}].${field}: duplicate ${field} ${JSON.stringify(key)}`]
      : [],
  )
}
