import { checkLabel1035, checkSubdomain } from '#kubernetes/names.ts'
import type { FieldError } from '#kubernetes/status-error.ts'
import { each, invalid, malformed, required } from './field-errors.ts'
import { checkPortNumber } from './formats.ts'

const understood = ['v1', 'v1beta1']
const form = '; desired format: https://host[/path]'

/** Where a webhook is called: at a URL, or at a Service. */
export interface WebhookClient {
  url?: string
  service?: { name?: string; namespace?: string; path?: string; port?: number }
}

/** What is wrong with where a webhook is called. */
export function validateWebhookClient({ url, service }: WebhookClient, path: string): FieldError[] {
  if ((url === undefined) === (service === undefined))
    return [required(path, 'exactly one of url or service is required')]
  return url === undefined
    ? validateService(service ?? {}, `${path}.service`)
    : validateUrl(url, `${path}.url`)
}

function validateUrl(text: string, path: string): FieldError[] {
  if (!URL.canParse(text)) return [required(path, `url must be a valid URL: ${text}${form}`)]
  const { protocol, host, username, hash, search } = new URL(text)
  return [
    ...(protocol === 'https:'
      ? []
      : [invalid(path, protocol.slice(0, -1), `'https' is the only allowed URL scheme${form}`)]),
    ...(host ? [] : [invalid(path, host, `host must be specified${form}`)]),
    ...(username ? [invalid(path, username, 'user information is not permitted in the URL')] : []),
    ...(hash ? [invalid(path, hash.slice(1), 'fragments are not permitted in the URL')] : []),
    ...(search
      ? [invalid(path, search.slice(1), 'query parameters are not permitted in the URL')]
      : []),
  ]
}

const validateService = (
  { name, namespace, path: urlPath = '', port = 443 }: NonNullable<WebhookClient['service']>,
  path: string,
): FieldError[] => [
  ...(name ? [] : [required(`${path}.name`)]),
  ...(namespace ? [] : [required(`${path}.namespace`)]),
  ...checkPortNumber(port).map(text => invalid(`${path}.port`, port, `port is not valid: ${text}`)),
  ...pathProblems(urlPath).map(problem => invalid(`${path}.path`, urlPath, problem)),
]

function pathProblems(path: string): string[] {
  if (path === '' || path === '/') return []
  if (path === '//') return ['segment[0] may not be empty']
  const segments = path.slice(1).replace(/[/]$/, '').split('/')
  return [
    ...(path.startsWith('/') ? [] : ["must start with a '/'"]),
    ...segments.flatMap((segment, index) =>
      segment === ''
        ? [`segment[${index}] may not be empty`]
        : checkSubdomain(segment).map(problem => `segment[${index}]: ${problem}`),
    ),
  ]
}

/** What is wrong with the versions of reviews that a webhook understands; one of them must be ours. */
export function validateReviewVersions(
  versions: readonly string[] = [],
  path: string,
  whenEmpty = '',
): FieldError[] {
  if (!versions.length) return [required(path, whenEmpty)]
  return [
    ...each(versions, path, (version, path, index) =>
      versions.indexOf(version) < index
        ? [invalid(path, version, 'duplicate version')]
        : malformed(path, version, checkLabel1035(version)),
    ),
    ...(versions.some(version => understood.includes(version))
      ? []
      : [invalid(path, versions, `must include at least one of ${understood.join(', ')}`)]),
  ]
}

/** What an admission webhook is told when it names no version. */
export const missingReviewVersions = `must specify one of ${understood.join(', ')}`
