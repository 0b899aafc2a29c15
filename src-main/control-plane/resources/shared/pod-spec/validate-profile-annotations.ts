import type { AppArmorProfile, PodTemplateSpec, SeccompProfile } from '#kubernetes/api/core-v1.ts'
import {
  appArmorPrefix,
  containerSeccompPrefix,
  localProfilePrefix,
  podSeccompKey,
} from '#kubernetes/profile-annotations.ts'
import type { FieldError } from '#kubernetes/status-error.ts'
import { forbidden, invalid } from '../field-errors.ts'
import { eachContainer } from './each-container.ts'
import { validatePath } from './validate-paths.ts'

const seccompNames = ['runtime/default', 'docker/default', 'unconfined']
const appArmorNames = ['', 'runtime/default', 'unconfined']

/** What is wrong with the annotations that chose profiles before there were fields; `path` is theirs. */
export function validateProfileAnnotations(
  { metadata, spec }: PodTemplateSpec,
  path: string,
): FieldError[] {
  const annotations = Object.entries(metadata?.annotations ?? {})
  const names = spec ? eachContainer(spec, '', ({ name }) => [name]) : []
  return annotations.flatMap(([key, value]) => {
    if (key === podSeccompKey || key.startsWith(containerSeccompPrefix))
      return validateSeccomp(value, `${path}.${key}`)
    if (!key.startsWith(appArmorPrefix)) return []
    const name = key.slice(appArmorPrefix.length)
    if (!names.includes(name)) return [invalid(`${path}[${key}]`, name, 'container not found')]
    return appArmorNames.includes(value) || value.startsWith(localProfilePrefix)
      ? []
      : [
          invalid(
            `${path}[${key}]`,
            value,
            `invalid AppArmor profile name: ${JSON.stringify(value)}`,
          ),
        ]
  })
}

function validateSeccomp(value: string, path: string): FieldError[] {
  if (seccompNames.includes(value)) return []
  return value.startsWith(localProfilePrefix)
    ? validatePath(value.slice(localProfilePrefix.length), path)
    : [invalid(path, value, 'must be a valid seccomp profile')]
}

/** A new pod that chooses a profile both ways must choose the same one. */
export function validateProfilesMatch({ metadata, spec }: PodTemplateSpec): FieldError[] {
  const annotations = metadata?.annotations
  if (!spec || !annotations) return []
  const seccomp = (key: string, profile: SeccompProfile | undefined, path: string) =>
    matchProfile('seccomp', annotations[key], profile, `${path}.securityContext.seccompProfile`)
  return [
    ...seccomp(podSeccompKey, spec.securityContext?.seccompProfile, 'spec'),
    ...eachContainer(spec, 'spec', ({ name, securityContext }, path) => [
      ...seccomp(`${containerSeccompPrefix}${name}`, securityContext?.seccompProfile, path),
      ...matchProfile(
        'apparmor',
        annotations[`${appArmorPrefix}${name}`],
        securityContext?.appArmorProfile,
        `${path}.securityContext.appArmorProfile`,
      ),
    ]),
  ]
}

function matchProfile(
  system: 'seccomp' | 'apparmor',
  annotation: string | undefined,
  profile: SeccompProfile | AppArmorProfile | undefined,
  path: string,
): FieldError[] {
  if (annotation === undefined || !profile) return []
  const refuse = (field: string, what: string) => [
    forbidden(`${path}.${field}`, `${system} ${what} in annotation and field must match`),
  ]
  const isDefault =
    annotation === 'runtime/default' || (system === 'seccomp' && annotation === 'docker/default')
  if (profile.type === 'Unconfined' && annotation !== 'unconfined') return refuse('type', 'type')
  if (profile.type === 'RuntimeDefault' && !isDefault) return refuse('type', 'type')
  if (profile.type !== 'Localhost') return []
  if (!annotation.startsWith(localProfilePrefix)) return refuse('type', 'type')
  const { localhostProfile } = profile
  return localhostProfile === undefined || annotation === `${localProfilePrefix}${localhostProfile}`
    ? []
    : refuse('localhostProfile', 'profile')
}
