import type { PodSpec, PodTemplateSpec } from '#kubernetes/api/core-v1.ts'
import { checkLabel } from '#kubernetes/names.ts'
import {
  appArmorPrefix,
  containerSeccompPrefix,
  podSeccompKey,
} from '#kubernetes/profile-annotations.ts'
import { fractionWarnings } from '../amount-warnings.ts'
import { deprecatedLabel, deprecatedLabelWarnings, nodeTermWarnings } from '../deprecated-labels.ts'
import { isEqual } from '../field-errors.ts'
import { type AnyContainer, eachContainer } from './each-container.ts'
import { portWarnings } from './port-warnings.ts'
import { volumeWarnings } from './volume-warnings.ts'

const must = 'requiredDuringSchedulingIgnoredDuringExecution'
const should = 'preferredDuringSchedulingIgnoredDuringExecution'
const inBytes = ['memory', 'ephemeral-storage']
/** What is said of an annotation that chooses an AppArmor profile. */
export const appArmorDeprecated = 'deprecated since v1.30; use the "appArmorProfile" field instead'
const noSeccomp = 'non-functional in v1.27+; use the "seccompProfile" field instead'
const matchesNothing = 'a null labelSelector results in matching no pod'
const deprecatedAnnotations: Record<string, string> = {
  'scheduler.alpha.kubernetes.io/critical-pod':
    'non-functional in v1.16+; use the "priorityClassName" field instead',
  'security.alpha.kubernetes.io/sysctls':
    'non-functional in v1.11+; use the "sysctls" field instead',
  'security.alpha.kubernetes.io/unsafe-sysctls':
    'non-functional in v1.11+; use the "sysctls" field instead',
}
/** What a pod, or a template at `path`, is created with a warning for, in upstream's words. */
export function podWarnings(template: PodTemplateSpec, path = ''): string[] {
  const { metadata, spec } = template
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
    ...volumeWarnings(spec, at),
    ...repeated(spec.hostAliases, ({ ip }) => ip, `${at}.hostAliases`, 'ip'),
    ...repeated(spec.imagePullSecrets, ({ name }) => name ?? '', `${at}.imagePullSecrets`, 'name'),
    ...(spec.imagePullSecrets ?? []).flatMap(({ name }, index) =>
      name ? [] : [`${at}.imagePullSecrets[${index}].name: invalid empty name ""`],
    ),
    ...fractionWarnings(spec.overhead, inBytes, `${at}.overhead`),
    ...profileWarnings(template, path),
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

/** The warnings for a kind whose `spec.template` makes pods; none when an update leaves the spec alone. */
export function templateWarnings(
  object: { metadata: { name?: string }; spec?: { template?: PodTemplateSpec } },
  old?: { spec?: { template?: PodTemplateSpec } },
): string[] {
  const template = object.spec?.template
  const unchanged = old && isEqual(old.spec, object.spec)
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
    ...deprecatedLabelWarnings(
      Object.keys(nodeSelector ?? {}),
      (message, key) => `${path}.nodeSelector[${key}]: ${message}`,
    ),
    ...(node?.[must]?.nodeSelectorTerms ?? []).flatMap((term, index) =>
      nodeTermWarnings(term, `${at}.${must}.nodeSelectorTerms[${index}]`),
    ),
    ...(node?.[should] ?? []).flatMap(({ preference }, index) =>
      nodeTermWarnings(preference, `${at}.${should}[${index}].preference`),
    ),
  ]
}

const spreadWarnings = ({ topologySpreadConstraints }: PodSpec, path: string): string[] =>
  (topologySpreadConstraints ?? []).flatMap(({ topologyKey, labelSelector }, index) => {
    const at = `${path}.topologySpreadConstraints[${index}]`
    const message = deprecatedLabel(topologyKey)
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
    ...fractionWarnings(resources?.limits, inBytes, `${path}.resources.limits`),
    ...fractionWarnings(resources?.requests, inBytes, `${path}.resources.requests`),
    ...env.flatMap(({ name, value = '', valueFrom }, index) =>
      names.indexOf(name) < index && (valueFrom || !value.includes(`$(${name})`))
        ? [
            `${path}.env[${index}]: hides previous definition of ${JSON.stringify(name)}, which may be dropped when using apply`,
          ]
        : [],
    ),
  ]
}

/** Annotations that profiles were chosen by, where the field of now says nothing. */
function profileWarnings({ metadata, spec }: PodTemplateSpec, path: string): string[] {
  const annotations = metadata?.annotations
  if (!spec || !annotations) return []
  const { seccompProfile, appArmorProfile } = spec.securityContext ?? {}
  const told = (key: string, message: string) =>
    annotations[key] === undefined
      ? []
      : [`${path ? `${path}.` : ''}metadata.annotations[${key}]: ${message}`]
  return [
    ...(seccompProfile ? [] : told(podSeccompKey, noSeccomp)),
    ...eachContainer(spec, '', ({ name, securityContext: own }) => [
      ...(own?.seccompProfile ? [] : told(`${containerSeccompPrefix}${name}`, noSeccomp)),
      // Upstream makes a pod's own annotation the field; only those of templates stay what they are.
      ...(!path || appArmorProfile || own?.appArmorProfile
        ? []
        : told(`${appArmorPrefix}${name}`, appArmorDeprecated)),
    ]),
  ]
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
