import type { PodSpec } from '#kubernetes/api/core-v1.ts'
import { checkLabel, checkSubdomain } from '#kubernetes/names.ts'
import type { FieldError } from '#kubernetes/status-error.ts'
import {
  each,
  forbidden,
  invalid,
  malformed,
  oneOf,
  optionalForm,
  required,
  tooLong,
} from '../field-errors.ts'
import { validateIp } from '../ip.ts'

const policies = ['ClusterFirst', 'ClusterFirstWithHostNet', 'Default', 'None']

/** What is wrong with the names a pod has and how it looks up others. */
export function validateDns(spec: PodSpec, path: string): FieldError[] {
  return [
    ...oneOf(`${path}.dnsPolicy`, spec.dnsPolicy, policies),
    ...validateConfig(spec, `${path}.dnsConfig`),
    ...optionalForm(`${path}.hostname`, spec.hostname, checkLabel),
    ...optionalForm(`${path}.subdomain`, spec.subdomain, checkLabel),
    ...validateOverride(spec, `${path}.hostnameOverride`),
    ...each(spec.hostAliases, `${path}.hostAliases`, ({ ip, hostnames }, path) => [
      ...validateIp(ip, `${path}.ip`),
      ...each(hostnames, `${path}.hostnames`, (name, path) =>
        malformed(path, name, checkSubdomain(name)),
      ),
    ]),
  ]
}

function validateConfig({ dnsPolicy, dnsConfig }: PodSpec, path: string): FieldError[] {
  if (!dnsConfig)
    return dnsPolicy === 'None'
      ? [required(path, 'must provide `dnsConfig` when `dnsPolicy` is None')]
      : []
  const { nameservers = [], searches = [], options } = dnsConfig
  const length = searches.join(' ').length
  return [
    ...(dnsPolicy === 'None' && nameservers.length === 0
      ? [
          required(
            `${path}.nameservers`,
            'must provide at least one DNS nameserver when `dnsPolicy` is None',
          ),
        ]
      : []),
    ...(nameservers.length > 3
      ? [invalid(`${path}.nameservers`, nameservers, 'must not have more than 3 nameservers')]
      : []),
    ...each(nameservers, `${path}.nameservers`, validateIp),
    ...(searches.length > 32
      ? [invalid(`${path}.searches`, searches, 'must not have more than 32 search paths')]
      : []),
    ...(length > 2048
      ? [
          invalid(
            `${path}.searches`,
            searches,
            'must not have more than 2048 characters (including spaces) in the search list',
          ),
        ]
      : []),
    ...each(searches, `${path}.searches`, validateSearch),
    ...each(options, `${path}.options`, ({ name }, path) =>
      name ? [] : [required(path, 'must not be empty')],
    ),
  ]
}

/** A lone dot is the root; underscores are allowed. */
function validateSearch(search: string, path: string): FieldError[] {
  if (search === '.') return []
  const name = search.replace(/[.]$/, '').replaceAll('_', 'x')
  return malformed(path, search, checkSubdomain(name))
}

function validateOverride(
  { hostnameOverride, setHostnameAsFQDN, hostNetwork }: PodSpec,
  path: string,
): FieldError[] {
  if (hostnameOverride === undefined) return []
  return [
    ...malformed(path, hostnameOverride, checkSubdomain(hostnameOverride)),
    ...(setHostnameAsFQDN
      ? [forbidden(path, 'may not be specified when setHostnameAsFQDN is true')]
      : []),
    ...(hostNetwork ? [forbidden(path, 'may not be specified when hostNetwork is true')] : []),
    ...(hostnameOverride.length > 64 ? [tooLong(path, 64)] : []),
  ]
}
