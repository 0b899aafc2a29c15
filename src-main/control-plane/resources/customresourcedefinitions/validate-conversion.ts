import type { CustomResourceConversion } from '#kubernetes/api/apiextensions-v1.ts'
import type { FieldError } from '#kubernetes/status-error.ts'
import { forbidden, oneOf, required } from '../shared/field-errors.ts'
import { validateReviewVersions, validateWebhookClient } from '../shared/webhook-client.ts'

const path = 'spec.conversion'

/** What is wrong with how versions are converted. */
export function validateConversion(conversion: CustomResourceConversion | undefined): FieldError[] {
  if (!conversion) return []
  const { strategy, webhook } = conversion
  const versions = webhook?.conversionReviewVersions
  if (strategy === 'Webhook')
    return [
      ...validateClient(webhook?.clientConfig),
      ...validateReviewVersions(versions, `${path}.conversionReviewVersions`),
    ]
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
  return validateWebhookClient(config, at)
}
