import type {
  AppArmorProfile,
  PodSecurityContext,
  PodSpec,
  SeccompProfile,
  SecurityContext,
} from '#kubernetes/api/core-v1.ts'
import type { FieldError } from '#kubernetes/status-error.ts'
import { asPrinted } from '../as-printed.ts'
import {
  duplicate,
  each,
  forbidden,
  invalid,
  malformed,
  notSupported,
  optionalOneOf,
  required,
  tooLong,
} from '../field-errors.ts'
import { checkId } from '../formats.ts'
import { byteLength } from '../object-meta.ts'
import { validatePath } from './validate-paths.ts'
import { validateWindowsOptions } from './validate-windows.ts'

const sysctlPattern = '^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$'
const profileTypes = ['Localhost', 'RuntimeDefault', 'Unconfined']
const noWindows = 'windows options cannot be set for a linux pod'

/** What is wrong with the security context of a container. */
export function validateSecurityContext(
  context: SecurityContext | undefined,
  path: string,
  { hostUsers, os }: PodSpec,
): FieldError[] {
  if (!context) return []
  const { allowPrivilegeEscalation, privileged, procMount, capabilities } = context
  const refuse = (what: string) =>
    invalid(
      path,
      asPrinted('v1', 'SecurityContext', context),
      `cannot set \`allowPrivilegeEscalation\` to false and ${what}`,
    )
  const addsAdmin = capabilities?.add?.includes('CAP_SYS_ADMIN')
  return [
    ...id(context.runAsUser, `${path}.runAsUser`),
    ...id(context.runAsGroup, `${path}.runAsGroup`),
    ...optionalOneOf(`${path}.procMount`, procMount, ['Default', 'Unmasked']),
    ...(procMount === 'Unmasked' && hostUsers !== false
      ? [invalid(`${path}.procMount`, procMount, '`hostUsers` must be false to use `Unmasked`')]
      : []),
    ...seccomp(context.seccompProfile, `${path}.seccompProfile`),
    ...(allowPrivilegeEscalation === false && privileged ? [refuse('`privileged` to true')] : []),
    ...(allowPrivilegeEscalation === false && addsAdmin
      ? [refuse('`capabilities.Add` CAP_SYS_ADMIN')]
      : []),
    ...appArmor(context.appArmorProfile, `${path}.appArmorProfile`),
    ...validateWindowsOptions(context.windowsOptions, `${path}.windowsOptions`),
    ...(context.windowsOptions && os?.name === 'linux'
      ? [forbidden(`${path}.windowsOptions`, noWindows)]
      : []),
  ]
}

/** What is wrong with the security context of a pod. */
export function validatePodSecurityContext(
  context: PodSecurityContext | undefined,
  path: string,
  spec: PodSpec,
): FieldError[] {
  if (!context) return []
  return [
    ...id(context.fsGroup, `${path}.fsGroup`),
    ...id(context.runAsUser, `${path}.runAsUser`),
    ...id(context.runAsGroup, `${path}.runAsGroup`),
    ...each(context.supplementalGroups, `${path}.supplementalGroups`, (group, path) =>
      malformed(path, group, checkId(group)),
    ),
    ...sysctls(context, `${path}.sysctls`, spec),
    ...optionalOneOf(`${path}.fsGroupChangePolicy`, context.fsGroupChangePolicy, [
      'Always',
      'OnRootMismatch',
    ]),
    ...seccomp(context.seccompProfile, `${path}.seccompProfile`),
    ...appArmor(context.appArmorProfile, `${path}.appArmorProfile`),
    ...optionalOneOf(`${path}.supplementalGroupsPolicy`, context.supplementalGroupsPolicy, [
      'Merge',
      'Strict',
    ]),
    // The other policy is behind a feature gate that is off.
    ...optionalOneOf(`${path}.seLinuxChangePolicy`, context.seLinuxChangePolicy, ['Recursive']),
    ...validateWindowsOptions(context.windowsOptions, `${path}.windowsOptions`),
    ...(context.windowsOptions && spec.os?.name === 'linux'
      ? [forbidden(`${path}.windowsOptions`, noWindows)]
      : []),
  ]
}

const id = (value: number | undefined, path: string): FieldError[] =>
  value === undefined ? [] : malformed(path, value, checkId(value))

function seccomp(profile: SeccompProfile | undefined, path: string): FieldError[] {
  if (!profile) return []
  const { type, localhostProfile } = profile
  if (!type) return [required(`${path}.type`, 'type is required when seccompProfile is set')]
  if (!profileTypes.includes(type)) return [notSupported(`${path}.type`, type, profileTypes)]
  if (type === 'Localhost')
    return localhostProfile === undefined
      ? [required(`${path}.localhostProfile`, 'must be set when seccomp type is Localhost')]
      : validatePath(localhostProfile, `${path}.localhostProfile`)
  return localhostProfile === undefined
    ? []
    : [
        invalid(
          `${path}.localhostProfile`,
          localhostProfile,
          'can only be set when seccomp type is Localhost',
        ),
      ]
}

function appArmor(profile: AppArmorProfile | undefined, path: string): FieldError[] {
  if (!profile) return []
  const { type, localhostProfile } = profile
  const field = `${path}.localhostProfile`
  if (!type) return [required(`${path}.type`, 'type is required when appArmorProfile is set')]
  if (!profileTypes.includes(type)) return [notSupported(`${path}.type`, type, profileTypes)]
  if (type !== 'Localhost')
    return localhostProfile === undefined
      ? []
      : [invalid(field, localhostProfile, 'can only be set when AppArmor type is Localhost')]
  if (!localhostProfile?.trim())
    return [required(field, 'must be set when AppArmor type is Localhost')]
  return [
    ...(localhostProfile.trim() === localhostProfile
      ? []
      : [invalid(field, localhostProfile, 'must not be padded with whitespace')]),
    ...(byteLength(localhostProfile) > 4095 ? [tooLong(field, 4095)] : []),
  ]
}

function sysctls(
  { sysctls }: PodSecurityContext,
  path: string,
  { hostNetwork, hostIPC }: PodSpec,
): FieldError[] {
  const seen = new Set<string>()
  return each(sysctls, path, ({ name }, path) => {
    if (!name) return [required(`${path}.name`)]
    const field = `${path}.name`
    const repeated = seen.has(name)
    seen.add(name)
    const dotted = name.replaceAll('/', '.')
    const isIpc = /^(kernel[.](shm|msg|sem)|fs[.]mqueue[.])/.test(dotted)
    return [
      ...(name.length <= 253 && new RegExp(sysctlPattern).test(name)
        ? []
        : [
            invalid(
              field,
              name,
              `must have at most 253 characters and match regex ${sysctlPattern}`,
            ),
          ]),
      ...(repeated ? [duplicate(field, name)] : []),
      ...(hostNetwork && dotted.startsWith('net.')
        ? [invalid(field, name, "may not be specified when 'hostNetwork' is true")]
        : []),
      ...(hostIPC && isIpc
        ? [invalid(field, name, "may not be specified when 'hostIPC' is true")]
        : []),
    ]
  })
}
