import type { Container, Pod, PodSpec, Toleration, Volume } from '#kubernetes/api/core-v1.ts'
import { checkSubdomain } from '#kubernetes/names.ts'
import type { FieldError } from '#kubernetes/status-error.ts'
import { each, forbidden, invalid, isEqual } from '../shared/field-errors.ts'
import { validatePodAnnotations } from '../shared/pod-spec/validate-pod-annotations.ts'
import { validateProfilesMatch } from '../shared/pod-spec/validate-profile-annotations.ts'
import { diffText } from './diff-text.ts'
import { validateGatedChanges } from './gated-pods.ts'
import { validateAnnotationUpdate } from './pod-annotations.ts'

const maxInt32 = 2_147_483_647
const changeable = [
  '`spec.containers[*].image`',
  '`spec.initContainers[*].image`',
  '`spec.activeDeadlineSeconds`',
  '`spec.tolerations` (only additions to existing tolerations)',
  '`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)',
].join(',')

/** What an update of a pod may not change: nearly everything. */
export const validatePodUpdate = (pod: Pod, old: Pod): FieldError[] => [
  ...validateAnnotationUpdate(pod, old),
  ...validateSpecUpdate(pod, old),
]

function validateSpecUpdate({ spec }: Pod, { spec: old }: Pod): FieldError[] {
  for (const field of ['containers', 'initContainers'] as const)
    if ((spec[field] ?? []).length !== (old[field] ?? []).length)
      return [forbidden(`spec.${field}`, 'pod updates may not add or remove containers')]
  const errors = validateDeadline(spec, old)
  if (errors.length > 0 && spec.activeDeadlineSeconds !== undefined) return errors
  errors.push(...validateTolerations(spec.tolerations ?? [], old.tolerations ?? []))
  errors.push(...validateGates(spec, old))
  const munged = withChangeablePartsOf(old, spec)
  if (old.schedulingGates?.length) errors.push(...validateGatedChanges(munged, old))
  if (!isEqual(munged, old))
    errors.push(
      forbidden(
        'spec',
        `pod updates may not change fields other than ${changeable}\n${diffText('core.PodSpec', old, munged)}`,
      ),
    )
  return errors
}

/** The new spec with everything put back that an update may change. */
function withChangeablePartsOf(old: PodSpec, spec: PodSpec): PodSpec {
  const withImages = (containers: Container[] = [], from: Container[] = []) =>
    containers.map(({ image: _, ...container }, index) => {
      const image = from[index]?.image
      return image === undefined ? container : { ...container, image }
    })
  const munged: PodSpec = { ...spec, containers: withImages(spec.containers, old.containers) }
  if (spec.initContainers)
    munged.initContainers = withImages(spec.initContainers, old.initContainers)
  for (const field of ['activeDeadlineSeconds', 'schedulingGates', 'tolerations'] as const) {
    delete munged[field]
    if (old[field] !== undefined) Object.assign(munged, { [field]: old[field] })
  }
  const grace = old.terminationGracePeriodSeconds
  if (grace !== undefined && grace < 0 && spec.terminationGracePeriodSeconds === 1)
    munged.terminationGracePeriodSeconds = grace
  return munged
}

function validateDeadline(
  { activeDeadlineSeconds: now }: PodSpec,
  { activeDeadlineSeconds: before }: PodSpec,
): FieldError[] {
  const refuse = (detail: string) => [invalid('spec.activeDeadlineSeconds', now, detail)]
  if (now === undefined)
    return before === undefined
      ? []
      : refuse('must not update from a positive integer to nil value')
  if (now < 0 || now > maxInt32) return refuse(`must be between 0 and ${maxInt32}, inclusive`)
  return before !== undefined && before < now
    ? refuse('must be less than or equal to previous value')
    : []
}

function validateTolerations(now: Toleration[], before: Toleration[]): FieldError[] {
  const kept = before.every(old =>
    now.some(toleration =>
      isEqual({ ...old, tolerationSeconds: toleration.tolerationSeconds }, toleration),
    ),
  )
  return kept
    ? []
    : [
        forbidden(
          'spec.tolerations',
          'existing toleration can not be modified except its tolerationSeconds',
        ),
      ]
}

function validateGates({ schedulingGates }: PodSpec, old: PodSpec): FieldError[] {
  const before = new Set((old.schedulingGates ?? []).map(({ name }) => name))
  return each(schedulingGates, 'spec.schedulingGates', ({ name }, path) =>
    before.has(name)
      ? []
      : [
          forbidden(
            `${path}.name`,
            `only deletion is allowed, but found new scheduling gate '${name}'`,
          ),
        ],
  )
}

/** What only the create of a pod is refused for. */
export function validatePodCreate(pod: Pod): FieldError[] {
  const { spec } = pod
  return [
    ...validateProfilesMatch(pod),
    ...(spec.ephemeralContainers?.length
      ? [forbidden('spec.ephemeralContainers', 'cannot be set on create')]
      : []),
    ...(spec.nodeName && spec.schedulingGates?.length
      ? [forbidden('spec.nodeName', 'cannot be set until all schedulingGates have been cleared')]
      : []),
  ]
}

/** What pods must have beyond what templates must have. */
export function validatePodOnly(pod: Pod): FieldError[] {
  const { spec } = pod
  return [
    ...validatePodAnnotations(pod, 'metadata.annotations'),
    ...each(spec.containers, 'spec.containers', validateImageText),
    ...each(spec.initContainers, 'spec.initContainers', validateImageText),
    ...validateEphemeralClaims(pod),
    ...(spec.serviceAccountName ? [] : refuseTokens(pod)),
  ]
}

/** The claims that are made for a pod's volumes get names from both; no volume may lead to such a claim by itself. */
function validateEphemeralClaims({ metadata, spec }: Pod): FieldError[] {
  const nameOf = (volume: Volume) => `${metadata.name}-${volume.name}`
  const made = (spec.volumes ?? []).filter(({ ephemeral }) => ephemeral)
  const names = new Set(made.map(nameOf))
  return each(spec.volumes, 'spec.volumes', (volume, path) => {
    const claim = volume.persistentVolumeClaim?.claimName
    return [
      ...(metadata.name && volume.ephemeral
        ? checkSubdomain(nameOf(volume)).map(problem =>
            invalid(
              `${path}.name`,
              volume.name,
              `PVC name ${JSON.stringify(nameOf(volume))}: ${problem}`,
            ),
          )
        : []),
      ...(claim && names.has(claim)
        ? [
            invalid(
              `${path}.persistentVolumeClaim.claimName`,
              claim,
              'must not reference a PVC that gets created for an ephemeral volume',
            ),
          ]
        : []),
    ]
  })
}

/** A pod without a service account has no tokens. */
const refuseTokens = ({ spec }: Pod): FieldError[] =>
  each(spec.volumes, 'spec.volumes', ({ projected }, path) =>
    each(projected?.sources, `${path}.projected.sources`, ({ serviceAccountToken }, path) =>
      serviceAccountToken
        ? [
            forbidden(
              `${path}.serviceAccountToken`,
              'must not be specified when serviceAccountName is not set',
            ),
          ]
        : [],
    ),
  )

const validateImageText = ({ image = '' }: Container, path: string): FieldError[] =>
  image.trim() === image
    ? []
    : [invalid(`${path}.image`, image, 'must not have leading or trailing whitespace')]
