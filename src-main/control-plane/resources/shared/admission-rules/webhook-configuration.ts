import type {
  MutatingWebhook,
  MutatingWebhookConfiguration,
  ValidatingWebhook,
  ValidatingWebhookConfiguration,
} from '#kubernetes/api/admissionregistration-v1.ts'
import type { ResourceDefinition } from '../../define-resource.ts'
import { ageColumn, nameColumn } from '../columns.ts'
import { isEqual } from '../field-errors.ts'
import { loadExpressions } from './lazy-expressions.ts'
import { defaultRules } from './validate-rules.ts'
import { validateWebhooks } from './validate-webhooks.ts'

/** What the two kinds of webhook configurations have in common. */
export const webhookConfiguration = {
  group: 'admissionregistration.k8s.io',
  version: 'v1',
  categories: ['api-extensions'],
  namespaced: false,
  load: loadExpressions,
  generation: true,
  changesGeneration: ({ webhooks }, old) => !isEqual(webhooks, old.webhooks),
  createWarning: 'this API server keeps webhook configurations, but calls no webhooks yet',
  columns: [
    nameColumn,
    { name: 'Webhooks', type: 'integer', value: ({ webhooks }) => webhooks?.length ?? 0 },
    ageColumn,
  ],
  validate: ({ webhooks }) => validateWebhooks(webhooks),
} satisfies Partial<
  ResourceDefinition<MutatingWebhookConfiguration | ValidatingWebhookConfiguration>
>

/** Fills what a webhook may leave out. */
export function defaultWebhook(webhook: ValidatingWebhook | MutatingWebhook): void {
  webhook.failurePolicy ??= 'Fail'
  webhook.matchPolicy ??= 'Equivalent'
  webhook.namespaceSelector ??= {}
  webhook.objectSelector ??= {}
  webhook.timeoutSeconds ??= 10
  defaultRules(webhook.rules)
  if (webhook.clientConfig?.service) webhook.clientConfig.service.port ??= 443
}
