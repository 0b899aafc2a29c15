import type { CustomResourceConversion } from '#kubernetes/api/apiextensions-v1.ts'
import { checkLabel1035 } from '#kubernetes/names.ts'
import type { FieldError } from '#kubernetes/status-error.ts'
import { each, forbidden, invalid, malformed, oneOf, required } from '../shared/field-errors.ts'
import { checkPortNumber } from '../shared/formats.ts'

const path = 'spec.conversion'
const understood = ['v1', 'v1beta1']

/** What is wrong with how versions are converted. */
export function validateConversion(conversion: CustomResourceConversion | undefined): FieldError[] {
  if (!conversion) return []
  const { strategy, webhook } = conversion
  const versions = webhook?.conversionReviewVersions
  if (strategy === 'Webhook')
    return [...validateClient(webhook?.clientConfig), ...validateReviewVersions(versions)]
  return [
    ...oneOf(`${path}.strategy`, strategy, ['None', 'Webhook']),
    ...(webhook?.clientConfig
      ? [
          forbidden(
            `${path}.webhookClientConfig`,
            'should not be set when strategy is not set to Webhook',
          ),
        ]
      : []),
    ...(versions?.length
      ? [
          forbidden(
            `${path}.conversionReviewVersions`,
            'should not be set when strategy is not set to Webhook',
          ),
        ]
      : []),
  ]
}

type ClientConfig = NonNullable<NonNullable<CustomResourceConversion['webhook']>['clientConfig']>

function validateClient(config: ClientConfig | undefined): FieldError[] {
  const at = `${path}.webhookClientConfig`
  if (!config) return [required(at, 'required when strategy is set to Webhook')]
  const { url, service } = config
  if ((url === undefined) === (service === undefined))
    return [required(at, 'exactly one of url or service is required')]
  if (url !== undefined) return validateUrl(url, `${at}.url`)
  const { name, namespace, path: urlPath, port = 443 } = service ?? {}
  return [
    ...(name ? [] : [required(`${at}.service.name`)]),
    ...(namespace ? [] : [required(`${at}.service.namespace`)]),
    ...(urlPath !== undefined && !urlPath.startsWith('/')
      ? [invalid(`${at}.service.path`, urlPath, "must start with a '/'")]
      : []),
    ...checkPortNumber(port).map(text =>
      invalid(`${at}.service.port`, port, `port is not valid: ${text}`),
    ),
  ]
}

function validateUrl(text: string, at: string): FieldError[] {
  const form = '; desired format: https://host[/path]'
  if (!URL.canParse(text)) return [required(at, `url must be a valid URL: ${text}${form}`)]
  const { protocol, host, username, hash, search } = new URL(text)
  return [
    ...(protocol === 'https:'
      ? []
      : [invalid(at, protocol.slice(0, -1), `'https' is the only allowed URL scheme${form}`)]),
    ...(host ? [] : [invalid(at, host, `host must be specified${form}`)]),
    ...(username ? [invalid(at, username, 'user information is not permitted in the URL')] : []),
    ...(hash ? [invalid(at, hash.slice(1), 'fragments are not permitted in the URL')] : []),
    ...(search
      ? [invalid(at, search.slice(1), 'query parameters are not permitted in the URL')]
      : []),
  ]
}

function validateReviewVersions(versions: readonly string[] = []): FieldError[] {
  const at = `${path}.conversionReviewVersions`
  if (!versions.length) return [required(at)]
  return [
    ...each(versions, at, (version, itemPath, index) =>
      versions.indexOf(version) < index
        ? [invalid(itemPath, version, 'duplicate version')]
        : malformed(itemPath, version, checkLabel1035(version)),
    ),
    ...(versions.some(version => understood.includes(version))
      ? []
      : [invalid(at, versions, `must include at least one of ${understood.join(', ')}`)]),
  ]
}
