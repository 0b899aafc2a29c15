import type { PodSpec, WindowsSecurityContextOptions } from '#kubernetes/api/core-v1.ts'
import { checkSubdomain } from '#kubernetes/names.ts'
import type { FieldError } from '#kubernetes/status-error.ts'
import { forbidden, invalid, malformed } from '../field-errors.ts'
import { byteLength } from '../object-meta.ts'
import { eachContainer } from './each-container.ts'

const notForWindows = 'cannot be set for a windows pod'
/** What Linux knows and Windows doesn't, in the security context of a pod. */
const podFields = [
  'appArmorProfile',
  'seLinuxOptions',
  'seccompProfile',
  'fsGroup',
  'fsGroupChangePolicy',
  'sysctls',
  'runAsUser',
  'runAsGroup',
  'supplementalGroups',
  'supplementalGroupsPolicy',
  'seLinuxChangePolicy',
] as const
/** The same in the pod itself. */
const specFields = ['hostUsers', 'hostPID', 'hostIPC', 'shareProcessNamespace'] as const
/** The same in the security context of a container. */
const containerFields = [
  'appArmorProfile',
  'seLinuxOptions',
  'seccompProfile',
  'capabilities',
  'readOnlyRootFilesystem',
  'privileged',
  'allowPrivilegeEscalation',
  'procMount',
  'runAsUser',
  'runAsGroup',
] as const

const maxSpecKiB = 64
const maxDomainLength = 256
const maxUserLength = 104
const netBiosName = /^[^\\/:*?"<>|.][^\\/:*?"<>|]{0,14}$/
const dnsName =
  /^(([a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])\.)*([A-Za-z0-9]|[A-Za-z0-9][A-Za-z0-9-]*[A-Za-z0-9])$/
const badCharacters = '"/\\:;|=,+*?<>@[]'

/** What a pod for Windows may not say; one that names no system may say it. */
export function validateWindowsPod(spec: PodSpec, path: string): FieldError[] {
  if (spec.os?.name !== 'windows') return []
  const context = spec.securityContext ?? {}
  return [
    ...podFields.flatMap(field =>
      isSet(context[field]) ? [forbidden(`${path}.securityContext.${field}`, notForWindows)] : [],
    ),
    ...specFields.flatMap(field =>
      isSet(spec[field]) ? [forbidden(`${path}.${field}`, notForWindows)] : [],
    ),
    ...eachContainer(spec, path, ({ securityContext = {} }, path) =>
      containerFields.flatMap(field =>
        isSet(securityContext[field])
          ? [forbidden(`${path}.securityContext.${field}`, notForWindows)]
          : [],
      ),
    ),
  ]
}

/** What is wrong with containers that are processes of a Windows node. */
export function validateHostProcess(spec: PodSpec, path: string): FieldError[] {
  const ofPod = spec.securityContext?.windowsOptions?.hostProcess
  const ofContainers: (boolean | undefined)[] = []
  const errors = eachContainer(spec, path, ({ securityContext }, path) => {
    const own = securityContext?.windowsOptions?.hostProcess
    ofContainers.push(own ?? ofPod)
    return ofPod !== undefined && own !== undefined && own !== ofPod
      ? [
          invalid(
            `${path}.securityContext.windowsOptions.hostProcess`,
            own,
            `pod hostProcess value must be identical if both are specified, was ${ofPod}`,
          ),
        ]
      : []
  })
  if (!ofContainers.includes(true)) return errors
  if (!ofContainers.every(Boolean))
    errors.push(
      invalid(
        path,
        '',
        'If pod contains any hostProcess containers then all containers must be HostProcess containers',
      ),
    )
  if (!spec.hostNetwork)
    errors.push(
      invalid(
        `${path}.hostNetwork`,
        false,
        'hostNetwork must be true if pod contains any hostProcess containers',
      ),
    )
  return errors
}

/** What is wrong with options of Windows, in the security context of a pod or a container. */
export function validateWindowsOptions(
  options: WindowsSecurityContextOptions | undefined,
  path: string,
): FieldError[] {
  if (!options) return []
  const { gmsaCredentialSpecName, gmsaCredentialSpec, runAsUserName } = options
  return [
    ...(gmsaCredentialSpecName === undefined
      ? []
      : malformed(
          `${path}.gmsaCredentialSpecName`,
          gmsaCredentialSpecName,
          checkSubdomain(gmsaCredentialSpecName),
        )),
    ...(gmsaCredentialSpec === undefined
      ? []
      : malformed(
          `${path}.gmsaCredentialSpec`,
          gmsaCredentialSpec,
          credentialProblems(gmsaCredentialSpec),
        )),
    ...(runAsUserName === undefined
      ? []
      : malformed(
          `${path}.runAsUserName`,
          runAsUserName,
          userProblems(runAsUserName).map(problem => `runAsUserName${problem}`),
        )),
  ]
}

function credentialProblems(text: string): string[] {
  if (text === '') return ['gmsaCredentialSpec cannot be an empty string']
  return byteLength(text) > maxSpecKiB * 1024
    ? [`gmsaCredentialSpec size must be under ${maxSpecKiB} KiB`]
    : []
}

function userProblems(name: string): string[] {
  if (name === '') return [' cannot be an empty string']
  if (/\p{Cc}/u.test(name)) return [' cannot contain control characters']
  const parts = name.split('\\')
  if (parts.length > 2) return [' cannot contain more than one backslash']
  const [user = '', domain] = parts.toReversed()
  return [
    ...((domain ?? '').length >= maxDomainLength
      ? [`'s Domain length must be under ${maxDomainLength} characters`]
      : []),
    ...(domain !== undefined && !netBiosName.test(domain) && !dnsName.test(domain)
      ? ["'s Domain doesn't match the NetBios nor the DNS format"]
      : []),
    ...(user === '' ? ["'s User cannot be empty"] : []),
    ...(user.length > maxUserLength
      ? [`'s User length must not be longer than ${maxUserLength} characters`]
      : []),
    ...(/^[.\s]+$/.test(user) ? ["'s User cannot contain only periods or spaces"] : []),
    ...([...badCharacters].some(character => user.includes(character))
      ? [`'s User cannot contain the following characters: ${badCharacters}`]
      : []),
  ]
}

const isSet = (value: unknown): boolean =>
  value !== undefined && value !== false && !(Array.isArray(value) && value.length === 0)
